import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Claim } from '$lib/domain/claim';
import { claimsOf, type Explanation } from '$lib/domain/explanation';
import type { ClaimId, GenerationId } from '$lib/domain/ids';
import type { Outcome, Verdict } from '$lib/domain/verdict';
import type { Actor } from '$lib/server/auth/actor';
import { generation } from '$lib/server/db/schema/generation';
import { verdict } from '$lib/server/db/schema/verdict';
import type { Ending, Script } from '$lib/server/providers/scripted/script';
import type { ServerBench } from '$lib/server/tutoring/server-bench';
import { advance, emptyView, explanationOf, outcomeOf, type ExplanationView } from '$lib/tutor/assemble';
import { answer, begin, builtIn, openTutor, partsOf, type Process } from './tutor-world';
import { claimId, newLearner, silentBench } from './world';

/** What running the code really gives, for every question that these tests ask. */
const truths = [...claimsOf(answer), ...claimsOf(builtIn)];
const sameQuestion = (one: Claim, other: Claim): boolean =>
	one.kind === other.kind && JSON.stringify(one.probe) === JSON.stringify(other.probe);

function run(claim: Claim): Outcome {
	const truth = truths.find((each) => sameQuestion(each, claim));
	if (truth === undefined) return { kind: 'not-checkable', why: 'not-a-plain-call' };
	if (JSON.stringify(truth.expect) === JSON.stringify(claim.expect)) return { kind: 'confirmed' };
	return { kind: 'contradicted', actual: { kind: 'value', value: JSON.stringify(truth.expect) } };
}

/** A bench that runs nothing and knows all the same. */
function knowingBench() {
	const asked: ClaimId[][] = [];
	const bench: Pick<ServerBench, 'explain' | 'verify'> = {
		explain: () => Promise.resolve(builtIn),
		async *verify(_submission, claims) {
			if (claims.length > 0) asked.push(claims.map(({ id }) => id));
			for (const claim of claims) yield { claim, outcome: run(claim) };
		}
	};
	return { bench, asked };
}

const [lied = answer.examples[0]] = answer.examples.filter(({ kind }) => kind === 'returns');
if (lied?.kind !== 'returns') throw new Error('The worked answer has no example to lie about.');
const lie: Claim = { ...lied, expect: '999' };
const lying: Explanation = {
	...answer,
	examples: answer.examples.map((claim) => (claim.id === lie.id ? lie : claim))
};

/** Lies at first; `second` is what it says when it is shown the evidence. */
function liar(second: readonly Claim[], end?: Ending): () => Script {
	let asked = 0;
	return () => {
		asked += 1;
		const text = JSON.stringify(asked === 1 ? lying : { claims: second });
		return { text, tokenChars: 40, gapMs: 2, ...(asked === 1 && end !== undefined ? { end } : {}) };
	};
}

async function viewOf(
	process: Process,
	learner: Actor,
	id: GenerationId,
	onClaim: (claim: Claim) => Promise<unknown> = () => Promise.resolve()
): Promise<ExplanationView> {
	let view = emptyView;
	for await (const part of partsOf(process, learner, id)) {
		if (part.type !== 'event') continue;
		view = advance(view, part.event);
		const { event } = part;
		if (event.type === 'claim') await onClaim(event.claim);
		if (event.type === 'replacement' && event.claim !== undefined) await onClaim(event.claim);
	}
	return view;
}

const confirmed: Outcome = { kind: 'confirmed' };

describe('a claim that a run refutes', () => {
	it('is repaired by the model, once it is shown what the code gives', async () => {
		const { bench } = knowingBench();
		const world = await openTutor(liar([lied]), { bench });
		const learner = newLearner();
		const id = await begin(world, learner);
		const view = await viewOf(world, learner, id);
		expect(view.replacements).toEqual(new Map([[lie.id, { by: 'model', claimId: 'again-1' }]]));
		expect(outcomeOf(view, lie.id)).toMatchObject({ kind: 'contradicted' });
		expect(outcomeOf(view, claimId('again-1'))).toEqual(confirmed);
		// The refuted one stays, and what stands in its place is right behind it.
		const at = view.examples.findIndex((claim) => claim.id === lie.id);
		expect(view.examples[at + 1]).toEqual({ ...lied, id: 'again-1' });
		expect(world.server.received).toHaveLength(2);
		expect(JSON.stringify(world.server.received[1]?.body.messages)).toContain('## Evidence');
		// What is kept is the same, with the server's own word on every claim.
		expect(explanationOf(view)).toBeDefined();
		const rows = await world.database.client.db.select().from(verdict);
		expect(rows.map(({ by }) => by)).toEqual(claimsOf(view).map(() => 'server'));
		expect(rows.find((row) => row.claimId === 'again-1')).toMatchObject({ kind: 'confirmed' });
	});

	it.each<[string, readonly Claim[]]>([
		['lies again', [{ ...lied, expect: '998' }]],
		['says the same once more', [lie]],
		['has nothing to say', []]
	])('is replaced by the built-in explainer’s where the model %s', async (_, second) => {
		const world = await openTutor(liar(second), { bench: knowingBench().bench });
		const learner = newLearner();
		const view = await viewOf(world, learner, await begin(world, learner));
		const last = [...view.replacements.values()].at(-1);
		expect(last).toEqual({ by: 'built-in', claimId: 'own-1' });
		expect(outcomeOf(view, claimId('own-1'))).toEqual(confirmed);
		// Nothing that is refuted stands for itself.
		for (const { id } of claimsOf(view)) {
			const isRefuted = outcomeOf(view, id)?.kind === 'contradicted';
			expect(view.replacements.has(id)).toBe(isRefuted);
		}
	});

	it('has nothing in its place where nobody knows anything true', async () => {
		const bench = { ...knowingBench().bench, explain: () => Promise.resolve(undefined) };
		const world = await openTutor(liar([]), { bench });
		const learner = newLearner();
		const view = await viewOf(world, learner, await begin(world, learner));
		expect(view).toMatchObject({ status: 'complete', replacements: new Map([[lie.id, { by: 'nobody' }]]) });
	});

	it('of a model that died is replaced without asking it, and the log says why the rest is another’s', async () => {
		// Behind its examples.
		const after = Math.ceil((JSON.stringify(lying).indexOf('"edgeCases"') + 20) / 40);
		const world = await openTutor(liar([lied], { kind: 'no-done', after }), { bench: knowingBench().bench });
		const learner = newLearner();
		const view = await viewOf(world, learner, await begin(world, learner));
		expect(view).toMatchObject({
			status: 'complete',
			handover: { why: 'cut-off', steps: answer.steps.length, examples: answer.examples.length }
		});
		expect(view.replacements.get(lie.id)?.by).toBe('built-in');
		expect(world.server.received).toHaveLength(1);
	});
});

describe('verdicts of a browser', () => {
	const browsers = (claim: Claim): Verdict => ({ claimId: claim.id, by: 'browser', outcome: run(claim) });

	it('are what is repaired by, in either process, and then the server runs nothing', async () => {
		const { bench, asked } = knowingBench();
		const times = { verdictMs: 10_000 };
		const world = await openTutor(liar([lied]), { bench, times });
		const other = await world.another();
		const learner = newLearner();
		const id = await begin(world, learner);
		const view = await viewOf(other, learner, id, async (claim) => {
			const given = { verdicts: [browsers(claim)] };
			expect((await other.tutoring.giveVerdicts(learner, { id, given })).ok).toBe(true);
		});
		expect(asked).toEqual([]);
		expect(view.replacements.get(lie.id)).toEqual({ by: 'model', claimId: 'again-1' });
		expect(outcomeOf(view, claimId('again-1'))).toEqual(confirmed);
	});

	it('are waited for, and where none come the server runs the claims itself', async () => {
		const { bench, asked } = knowingBench();
		const world = await openTutor(liar([lied]), { bench, times: { verdictMs: 2_500 } });
		const learner = newLearner();
		const id = await begin(world, learner);
		const [first] = claimsOf(lying);
		const view = await viewOf(world, learner, id, async (claim) => {
			if (claim.id !== first?.id) return;
			await world.tutoring.giveVerdicts(learner, { id, given: { verdicts: [browsers(claim)] } });
		});
		// The one that the browser ran is not run again.
		expect(asked[0]).toEqual(claimsOf(lying).flatMap((claim) => (claim === first ? [] : [claim.id])));
		expect(view.status).toBe('complete');
	});

	it('are kept once, about claims of that log only, and also when it has ended', async () => {
		const world = await openTutor(liar([]), { bench: silentBench });
		const learner = newLearner();
		const id = await begin(world, learner);
		const { status, error } = await viewOf(world, learner, id);
		expect([status, error]).toEqual(['complete', undefined]);
		const give = (verdicts: Verdict[]) => world.tutoring.giveVerdicts(learner, { id, given: { verdicts } });
		const all = claimsOf(lying).map(browsers);
		const next = async (): Promise<number | undefined> => {
			const { db } = world.database.client;
			return (await db.select().from(generation).where(eq(generation.id, id)))[0]?.nextSeq;
		};
		const before = (await next()) ?? 0;
		expect(await give(all)).toMatchObject({ value: { next: before + all.length, status: 'complete' } });
		expect(await give(all)).toMatchObject({ value: { next: before + all.length } });
		expect(await world.database.client.db.select().from(verdict)).toHaveLength(all.length);
		const stranger: Verdict = { claimId: claimId('no-such'), by: 'browser', outcome: confirmed };
		expect(await give([stranger])).toMatchObject({
			refusal: { code: 'invalid-body', issues: [{ path: 'verdicts.0' }] }
		});
		const forged: Verdict = { claimId: lie.id, by: 'server', outcome: confirmed };
		expect(await give([forged])).toMatchObject({ refusal: { code: 'invalid-body' } });
		expect(await next()).toBe(before + all.length);
	});
});
