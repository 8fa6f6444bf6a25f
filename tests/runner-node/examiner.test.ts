import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newLearnerId } from '$lib/domain/ids';
import { parseLesson } from '$lib/lessons/parse';
import { createExaminer, type Examiner, type FoundExercise } from '$lib/server/tutoring/examiner';
import { fatal } from '../table';
import { newPool } from './pool-under-test';

const text = `---
title: Bills
summary: Shared bills.
---

\`\`\`{python}
#| id: rate
rate = 2
\`\`\`

\`\`\`{python}
#| exercise: share
#| setup: true
prices = [int(line) for line in open("prices.txt")]
\`\`\`

\`\`\`{python}
#| exercise: share
def each_pays(guests):
    return 0
\`\`\`

::: {.solution exercise="share"}

\`\`\`python
def each_pays(guests):
    return rate * sum(prices) / guests
\`\`\`

:::

::: {.mistake #rounds-down exercise="share" belief="// divides"}
It rounds.

\`\`\`python
def each_pays(guests):
    return rate * sum(prices) // guests
\`\`\`

\`\`\`{python}
#| check: true
each_pays(4) == 5
\`\`\`

:::

\`\`\`{python}
#| exercise: share
#| check: true
expect_call("each_pays", 4)
for_all("each_pays", integers(1, 50))
\`\`\`

\`\`\`{python}
#| exercise: share
#| check: true
#| server: true
expect_call("each_pays", 8)
\`\`\`
`;
const answer = (expression: string): string => `def each_pays(guests):\n    return ${expression}\n`;
const above = [{ cellId: 'rate', code: 'rate = 2' }];

let examiner: Examiner;
let found: FoundExercise;
beforeAll(async () => {
	const parsed = await parseLesson({ path: '01-bills/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [exercise] = parsed.lesson.exercises;
	if (exercise === undefined) throw new Error('There is no exercise.');
	const files = [{ name: 'prices.txt', bytes: new TextEncoder().encode('4\n2\n5\n') }];
	found = { lesson: parsed.lesson, exercise, files };
	examiner = createExaminer(() => newPool({ warm: 0 }));
});
afterAll(() => examiner.close());

const judge = (code: string, context: unknown = above) =>
	examiner.judge(
		found,
		{ code, context: context as Parameters<Examiner['judge']>[1]['context'] },
		newLearnerId()
	);

test('a browser gets what the solution gives, and not the solution', async () => {
	const sent = await examiner.pageChecks(found);
	expect(sent).toMatchObject({
		checks: [
			{ number: 1, notes: { 'each_pays(4) #1': { gives: '5.5' }, 'each_pays(50) #1': { gives: '0.44' } } }
		],
		mistakes: [{ id: 'rounds-down' }],
		onServer: 1
	});
	expect(JSON.stringify(sent)).not.toMatch(/sum\(prices\)|each_pays", 8/);
});

describe('an answer', () => {
	test('that is right passes all checks, the server’s too', async () => {
		expect(await judge(answer('sum(prices) * rate / guests'))).toEqual({
			ok: true,
			report: { status: 'ran', checks: [{ ok: true }, { ok: true }] }
		});
	});

	test('that is wrong in a foreseen way is told so', async () => {
		expect(await judge(answer('sum(prices) * rate // guests'))).toMatchObject({
			report: {
				checks: [
					{ ok: false, call: 'each_pays(4)', expected: '5.5', got: '5' },
					{ ok: false, call: 'each_pays(8)', expected: '2.75', got: '2' }
				],
				mistake: 'rounds-down'
			}
		});
	});

	test('that writes the expected values down does not pass', async () => {
		expect(await judge(answer('{4: 5.5, 8: 2.75}.get(guests, 0)'))).toMatchObject({
			report: { checks: [{ ok: false, call: 'each_pays(1)' }, { ok: true }] }
		});
	});

	test.each([
		['an endless loop', 'while True: pass'],
		['a loop in C that no limit in Python ends', 'sum(range(10 ** 12))']
	])('with %s does not come to an end', async (_name, code) => {
		// On a busy machine the clock may have ended it, which the report then says.
		expect(await judge(code)).toMatchObject({ ok: true, report: { status: 'endless' } });
	});

	test('that kills its process is not judged, and the next one is', async () => {
		const [deadly] = fatal;
		expect(await judge(deadly?.code ?? '')).toEqual({ ok: false, why: 'unavailable' });
		expect(await judge(answer('sum(prices) * rate / guests'))).toMatchObject({
			report: { status: 'ran', checks: [{ ok: true }, { ok: true }] }
		});
	});
});
