import { expect, test } from 'vitest';
import { runElseUnrun, type Unrun } from './run-else-unrun';

type Answer = { ok: true; value: string } | { ok: false; why: string };
const lost = (why: string): Answer => ({ ok: false, why });
const made = (value: string): Answer => ({ ok: true, value });

async function explained(run: Answer, unrun: Answer): Promise<{ answer: Answer; asked: object[] }> {
	const asked: object[] = [];
	const answer = await runElseUnrun((how: { unrun?: Unrun }) => {
		asked.push(how);
		return Promise.resolve(how.unrun === undefined ? run : unrun);
	});
	return { answer, asked };
}

test('what runs is explained from its run alone', async () => {
	expect(await explained(made('run'), made('unrun'))).toEqual({ answer: made('run'), asked: [{}] });
});

test.for(['crashed', 'timed-out'])('what %s is explained without a run, which is told why', async (why) => {
	expect(await explained(lost(why), made('unrun'))).toEqual({
		answer: made('unrun'),
		asked: [{}, { unrun: why }]
	});
});

test('where both fail, the first failure is the answer', async () => {
	const { answer } = await explained(lost('crashed'), lost('failed'));
	expect(answer).toEqual(lost('crashed'));
});

test.for(['interrupted', 'failed'])('what was %s is not asked again', async (why) => {
	expect(await explained(lost(why), made('unrun'))).toEqual({ answer: lost(why), asked: [{}] });
});
