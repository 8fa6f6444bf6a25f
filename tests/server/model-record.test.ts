import { expect, it } from 'vitest';
import type { Claim } from '$lib/domain/claim';
import { claimsOf } from '$lib/domain/explanation';
import type { Outcome } from '$lib/domain/verdict';
import { selectModelRecords } from '$lib/server/db/repositories/model-record';
import { answer, answerText, begin, openTutor, partsOf } from './tutor-world';
import { newLearner, silentBench } from './world';

/** A bench on which one claim is false, and then what is said in its place, too. */
const [honest] = answer.examples;
async function* verify(_of: unknown, claims: readonly Claim[]) {
	for (const claim of claims) {
		const outcome: Outcome =
			claim.kind === 'returns' && claim.expect === '999'
				? { kind: 'contradicted', actual: { kind: 'value', value: '2' } }
				: { kind: 'confirmed' };
		yield { claim, outcome };
		await Promise.resolve();
	}
}

it('counts what a model wrote by itself and somebody ran, once, and how fast it wrote', async () => {
	let lies = 0;
	const world = await openTutor(
		() => ({
			text:
				lies++ === 0 ? JSON.stringify({ ...answer, examples: [{ ...honest, expect: '999' }] }) : answerText
		}),
		{ bench: { ...silentBench, verify } }
	);
	const { db } = world.database.client;
	expect(await selectModelRecords(db)).toEqual(new Map());
	const learner = newLearner();
	const explain = async (): Promise<void> => {
		await Array.fromAsync(partsOf(world, learner, await begin(world, learner)));
	};
	await explain();
	const all = claimsOf(answer).length;
	expect((await selectModelRecords(db)).get('m:1b')).toMatchObject({
		answers: 1,
		claims: all,
		confirmed: all - 1
	});
	await explain();
	// By now the model has said it all rightly once, and is not asked again.
	await explain();
	const record = (await selectModelRecords(db)).get('m:1b');
	expect(record).toMatchObject({ answers: 2 });
	expect([record?.claims, record?.confirmed]).toEqual([2 * all, 2 * all - 1]);
	// The scripted server says that each of its tokens took a little time.
	expect(record?.tokensPerSecond).toBeGreaterThan(0);
});
