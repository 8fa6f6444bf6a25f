import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CheckNotes } from '$lib/domain/exercise-check';
import type { CallResult } from '$lib/runner/protocol';
import { parseLesson } from '$lib/lessons/parse';
import { newLearnerId } from '$lib/domain/ids';
import { createExaminer, type ExaminerPool, type FoundExercise } from './examiner';

type Params = {
	mode?: string;
	code: string;
	context: object[];
	checks: { number: number; notes?: CheckNotes }[];
};

/** Python that answers what it is told, and keeps what it was asked. */
function poolOf(answer: (params: Params) => CallResult) {
	const asked: Params[] = [];
	let closed = 0;
	const pool: ExaminerPool = {
		group: () => ({
			call: (_method, params) => {
				// The examiner makes them; the kernel's own tests read them.
				const given = params as Params;
				asked.push(given);
				return Promise.resolve(answer(given));
			},
			addFiles: () => undefined,
			close: () => (closed += 1)
		}),
		close: () => Promise.resolve()
	};
	return { pool, asked, closed: () => closed };
}
const recorded = ({ checks }: Params): CallResult => ({
	ok: true,
	value: {
		status: 'ran',
		checks: checks.map(() => ({ ok: true })),
		notes: checks.map((_, index) => ({ [`call ${index + 1} #1`]: { gives: '1' } }))
	}
});

async function found(text: string): Promise<FoundExercise> {
	const parsed = await parseLesson({ path: '01-made/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const { lesson } = parsed;
	const exercise = lesson.exercises.at(-1);
	if (exercise === undefined) throw new Error('There is no exercise.');
	return { lesson, exercise, files: [] };
}

const fence = (options: string[], code: string): string =>
	['```{python}', ...options.map((option) => `#| ${option}`), code, '```', ''].join('\n');
const head = '---\ntitle: Made\nsummary: For a test.\n---\n\n';

type Made = { checks: boolean[]; mistakes: boolean[]; earlier: boolean; asCell: boolean };
const made: fc.Arbitrary<Made> = fc.record({
	checks: fc.array(fc.boolean(), { maxLength: 5 }),
	mistakes: fc.array(fc.boolean(), { maxLength: 3 }),
	earlier: fc.boolean(),
	asCell: fc.boolean()
});

/** Whatever may not leave the server has `secret` in it. */
function textOf({ checks, mistakes, earlier, asCell }: Made): string {
	const solution = (id: string): string =>
		asCell
			? fence([`exercise: ${id}`, 'solution: true'], `secret_${id} = 1`)
			: `::: {.solution exercise="${id}"}\nThe secret is out.\n\n\`\`\`python\nsecret_${id} = 1\n\`\`\`\n\n:::\n`;
	const exercise = (id: string): string => `${fence([`exercise: ${id}`], 'start = 1')}\n${solution(id)}`;
	return [
		head,
		earlier ? exercise('before') : '',
		exercise('task'),
		...checks.map((server, index) =>
			fence(
				['exercise: task', 'check: true', ...(server ? ['server: true'] : [])],
				`${server ? 'secret' : 'open'}_${index} = expect_call("f", ${index})`
			)
		),
		...mistakes.map((detected, index) =>
			[
				`::: {.mistake #m${index} exercise="task" belief="a secret belief"}`,
				`Message ${index}.`,
				'',
				'```python',
				`secret_sample = ${index}`,
				'```',
				'',
				detected ? fence(['check: true'], `open_detector == ${index}`) : '',
				':::',
				''
			].join('\n')
		)
	].join('\n');
}

it('never sends a browser a solution, a sample, a belief or a check of the server’s', async () => {
	await fc.assert(
		fc.asyncProperty(made, async (given) => {
			const { pool } = poolOf(recorded);
			const sent = await createExaminer(() => pool).pageChecks(await found(textOf(given)));
			expect(JSON.stringify(sent)).not.toContain('secret');
			const open = given.checks.flatMap((server, index) => (server ? [] : [index]));
			// Each with the number and the notes that it has among all of them.
			expect(sent.checks.map(({ number }) => number)).toEqual(open.map((index) => index + 1));
			for (const { number, notes } of sent.checks)
				expect(notes).toEqual({ [`call ${number} #1`]: { gives: '1' } });
			expect(sent.onServer).toBe(given.checks.length - open.length);
			expect(sent.mistakes.map(({ detector }) => detector !== undefined)).toEqual(given.mistakes);
		}),
		{ numRuns: 100 }
	);
});

const who = newLearnerId();
const whole = textOf({ checks: [false, true], mistakes: [true], earlier: true, asCell: false });

it('runs a solution once for each version of a lesson, with the exercises above it solved', async () => {
	const { pool, asked, closed } = poolOf(recorded);
	const examiner = createExaminer(() => pool);
	const exercise = await found(whole);
	await Promise.all([examiner.pageChecks(exercise), examiner.pageChecks(exercise)]);
	expect(asked).toMatchObject([
		{ mode: 'record', code: 'secret_task = 1', context: [{ cellId: 'before', code: 'secret_before = 1' }] }
	]);
	await examiner.pageChecks(await found(`${whole}\nOne more word.\n`));
	expect(asked).toHaveLength(2);
	expect(closed()).toBe(2);
});

it('judges with all checks, in the learner’s context', async () => {
	const { pool, asked } = poolOf((params) =>
		params.mode === 'record'
			? recorded(params)
			: { ok: true, value: { status: 'ran', checks: [{ ok: true }, { ok: false, message: 'no' }] } }
	);
	const judged = await createExaminer(() => pool).judge(
		await found(whole),
		{ code: 'mine', context: [] },
		who
	);
	expect(judged).toEqual({
		ok: true,
		report: { status: 'ran', checks: [{ ok: true }, { ok: false, message: 'no' }] }
	});
	expect(asked[1]).toMatchObject({
		code: 'mine',
		context: [],
		checks: [{ number: 1, notes: { 'call 1 #1': { gives: '1' } } }, { number: 2 }]
	});
});

it('sends checks without notes where Python does not start, judges nothing, and tries again', async () => {
	let works = false;
	const { pool, asked } = poolOf((params) =>
		works ? recorded(params) : { ok: false, why: 'failed', message: 'no Python' }
	);
	const examiner = createExaminer(() => pool);
	const exercise = await found(whole);
	expect((await examiner.pageChecks(exercise)).checks).toEqual([
		{ number: 1, code: 'open_0 = expect_call("f", 0)' }
	]);
	expect(await examiner.judge(exercise, { code: '', context: [] }, who)).toEqual({
		ok: false,
		why: 'unavailable'
	});
	works = true;
	expect((await examiner.pageChecks(exercise)).checks[0]?.notes).toBeDefined();
	expect(asked).toHaveLength(3);
});

it('takes an answer that has to be killed for one without an end, and what has no known shape for none', async () => {
	const exercise = await found(whole);
	const answers: [CallResult, object][] = [
		[
			{ ok: false, why: 'timed-out', message: '' },
			{ ok: true, report: { status: 'endless' } }
		],
		[
			{ ok: false, why: 'crashed', message: '' },
			{ ok: false, why: 'unavailable' }
		],
		[
			{ ok: true, value: { status: 'ran', checks: 'all' } },
			{ ok: false, why: 'unavailable' }
		],
		[
			{ ok: true, value: { status: 'endless' } },
			{ ok: true, report: { status: 'endless' } }
		]
	];
	for (const [answer, expected] of answers) {
		const { pool } = poolOf((params) => (params.mode === 'record' ? recorded(params) : answer));
		expect(await createExaminer(() => pool).judge(exercise, { code: 'x', context: [] }, who)).toEqual(
			expected
		);
	}
});

it('says that an exercise is broken whose solution does not run', async () => {
	const { pool } = poolOf(() => ({ ok: true, value: { status: 'endless' } }));
	const judged = await createExaminer(() => pool).judge(await found(whole), { code: 'x', context: [] }, who);
	expect(judged).toEqual({ ok: false, why: 'broken' });
});

it('judges two answers of one learner at a time, and more of several', async () => {
	const { pool } = poolOf((params) =>
		params.mode === 'record' ? recorded(params) : { ok: true, value: { status: 'endless' } }
	);
	const examiner = createExaminer(() => pool);
	const exercise = await found(whole);
	const judge = (learner: typeof who) => examiner.judge(exercise, { code: 'x', context: [] }, learner);
	const mine = await Promise.all([judge(who), judge(who), judge(who), judge(newLearnerId())]);
	expect(mine.map(({ ok }) => ok)).toEqual([true, true, false, true]);
	expect((await judge(who)).ok).toBe(true);
});
