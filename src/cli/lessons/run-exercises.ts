import * as v from 'valibot';
import { CheckRecord, CheckReport, isUndecided, setupOf } from '$lib/domain/exercise-check';
import type { CellId } from '$lib/domain/ids';
import type { Exercise, Lesson } from '$lib/domain/lesson';
import { stepsOf, type RecordedExercise, type RecordedLesson } from '$lib/domain/recorded-lesson';
import type { JobGroup } from '$lib/runner/node/group';
import type { NodePool } from '$lib/runner/node/pool';
import type { WholeLesson } from '$lib/server/app';
import type { Tell } from './finding';
import { holdMessage } from './hold-message';
import type { Slowness } from './machine';
import { failureOf, saidOf, toldOf } from './said-by-checks';
import type { SourceLines } from './source-lines';

/** Longer than the kernel's own limits together: what they do not end is ended with its process. */
const timeoutMs = 25_000;

/**
 * Holds every exercise to what it promises: the solution passes every check, the starting code does not, and each sample of a mistake
 * brings the message of that mistake and of no other. Gives back what the checks said, of each exercise that keeps it. Those below the
 * cell at which Python was lost are left out: the cells above an exercise run before its checks, and that one would end them.
 */
export async function runExercises(
	pool: NodePool,
	whole: WholeLesson,
	source: SourceLines,
	tell: Tell,
	slowness: Slowness,
	signal: AbortSignal,
	stoppedAt?: CellId
): Promise<RecordedLesson['exercises']> {
	const { lesson, files } = whole;
	const recorded: RecordedLesson['exercises'] = {};
	if (lesson.exercises.length === 0) return recorded;
	const ids = stepsOf(lesson).map(({ cell }) => cell.id);
	const isBelow = ({ cell }: Exercise): boolean =>
		stoppedAt !== undefined && ids.indexOf(cell) > ids.indexOf(stoppedAt);
	const group = pool.group(signal);
	try {
		if (files.length > 0) group.addFiles(files.map(({ file, bytes }) => ({ name: file.name, bytes })));
		for (const exercise of lesson.exercises) {
			if (isBelow(exercise)) continue;
			const examiner = examinerOf(group, whole, exercise, slowness, signal);
			const faults: Parameters<Tell>[] = [];
			const begun = startOf(lesson, exercise);
			const said = await runExercise(examiner, exercise, begun, source, (...fault) => faults.push(fault));
			if (examiner.wasTooSlow()) {
				tell(
					source.cell(exercise.cell),
					`This machine was too slow to check the exercise “${exercise.id}”.`,
					{
						expected: 'another try when it does less: nothing is known of the exercise'
					}
				);
				continue;
			}
			for (const fault of faults) tell(...fault);
			// What the checks say of something that is wrong is nothing to go by.
			if (said !== undefined && faults.every(([, , more]) => more?.kind === 'note'))
				recorded[exercise.id] = said;
		}
	} finally {
		group.close();
	}
	return recorded;
}

/** A machine that is this much slower than usual may have been what was too slow. */
const slowFrom = 1.5;
/** It may become slower still while something runs. */
const spare = 3;

/** What an exercise begins with, and the error that it is meant to end with before anything is done. */
type Start = { readonly starter: string; readonly expect?: string | undefined };

const startOf = ({ blocks }: Lesson, { cell }: Exercise): Start =>
	blocks.flatMap((block) =>
		block.kind === 'cell' && block.cell.id === cell && block.cell.role === 'exercise' ? [block.cell] : []
	)[0] ?? { starter: '' };

type Notes = Extract<CheckRecord, { status: 'ran' }>['notes'];
type Examiner = {
	record(): Promise<CheckRecord>;
	/** Mistakes are tried in the order given. */
	judge(code: string, notes: Notes, mistakes: Exercise['mistakes']): Promise<CheckReport>;
	/** The answer by other checks than the exercise's. */
	ask(code: string, checks: readonly string[]): Promise<CheckReport>;
	/** Whether anything that was said above is only what the clock ended. */
	wasTooSlow(): boolean;
};

function examinerOf(
	group: JobGroup,
	{ lesson }: WholeLesson,
	exercise: Exercise,
	slowness: Slowness,
	signal: AbortSignal
): Examiner {
	let wasTooSlow = false;
	const steps = stepsOf(lesson);
	const context = steps
		.slice(
			0,
			steps.findIndex(({ cell }) => cell.id === exercise.cell)
		)
		.filter(({ cell }) => cell.role !== 'setup')
		.map(({ cell, code }) => ({ cellId: cell.id, code }));
	const common = { context, setup: setupOf(lesson.blocks, exercise) };
	const checks = exercise.checks.map(({ code, limitMs }, index) => ({
		number: index + 1,
		code,
		...(limitMs === undefined ? {} : { limitMs })
	}));

	/** Steps end what never ends. What the clock ended is tried again with as many seconds as this machine needs. */
	async function ask<T extends CheckRecord | CheckReport>(
		schema: v.GenericSchema<unknown, T>,
		params: object
	): Promise<T> {
		const report = await once(schema, params, 1);
		if (!isUndecided(report)) return report;
		const slow = await slowness();
		if (slow < slowFrom) return report;
		const again = await once(schema, params, slow * spare);
		wasTooSlow ||= isUndecided(again) && (await slowness()) > slow * spare;
		return again;
	}

	async function once<T>(schema: v.GenericSchema<unknown, T>, params: object, patience: number): Promise<T> {
		const answer = await group.call(
			'check',
			{ ...common, ...params, patience },
			timeoutMs * patience,
			signal
		);
		// What the limits inside Python could not end, a loop in C say.
		if (!answer.ok && answer.why === 'timed-out') return v.parse(schema, { status: 'endless', clock: true });
		if (!answer.ok)
			return v.parse(schema, { status: 'broken', message: `Python was lost: ${answer.message}` });
		return v.parse(schema, answer.value);
	}

	return {
		wasTooSlow: () => wasTooSlow,
		record: () =>
			ask(CheckRecord, {
				mode: 'record',
				code: exercise.solution.code,
				checks,
				mistakes: exercise.mistakes.map(({ id }) => ({ id }))
			}),
		judge: (code, notes, mistakes) =>
			ask(CheckReport, {
				code,
				checks: checks.map((check, index) => ({ ...check, notes: notes[index] ?? {} })),
				mistakes: mistakes.map(({ id, detector }) => ({
					id,
					...(detector === undefined ? {} : { detector })
				}))
			}),
		ask: (code, asked) =>
			ask(CheckReport, {
				code,
				checks: asked.map((check, index) => ({ number: index + 1, code: check })),
				mistakes: []
			})
	};
}

async function runExercise(
	examiner: Examiner,
	exercise: Exercise,
	{ starter, expect }: Start,
	source: SourceLines,
	tell: Tell
): Promise<RecordedExercise | undefined> {
	const { id, mistakes } = exercise;
	const said: RecordedExercise['mistakes'] = {};
	if (exercise.checks.length === 0) {
		tell(source.solution(id), `The exercise “${id}” has no check: nobody is told whether they solved it.`, {
			expected: '`#| check: true` on a cell of the exercise'
		});
		return undefined;
	}
	const record = await examiner.record();
	const notes = record.status === 'ran' ? record.notes : [];
	if (!passes(`The solution of “${id}”`, record, exercise, source, tell)) return undefined;
	const solved = await examiner.judge(exercise.solution.code, notes, mistakes);
	// A check that compares with the solution, and gets another value the second time.
	if (!passes(`The solution of “${id}”, run a second time,`, solved, exercise, source, tell))
		return undefined;

	const start = await examiner.judge(starter, notes, mistakes);
	if (isPassed(start)) {
		tell(source.cell(exercise.cell), `The code that the exercise “${id}” starts with passes its checks.`, {
			expected: 'at least one check that fails until something is done'
		});
	} else if (start.status === 'broken' || start.status === 'tampered') {
		tell(source.cell(exercise.cell), `The code that the exercise “${id}” starts with cannot be checked.`, {
			got: saidOf(start)
		});
	}
	const raised = start.status === 'error' ? start.error.type : undefined;
	if (expect !== undefined && raised !== expect) {
		tell(
			source.cell(exercise.cell),
			`The code that the exercise “${id}” starts with is meant to end with an error.`,
			{ expected: expect, got: raised ?? 'none' }
		);
	}

	for (const mistake of mistakes) {
		const line = source.mistake(id, mistake.id);
		// The others first: where one of them knows the sample too, it is seen.
		const others = mistakes.filter((other) => other !== mistake);
		const report = await examiner.judge(mistake.sample, notes, [...others, mistake]);
		said[mistake.id] = toldOf(report);
		const name = `The sample of the mistake “${mistake.id}”`;
		if (isPassed(report)) {
			tell(line, `${name} passes the checks.`, {
				expected: `the message of “${mistake.id}”`,
				got: 'a right answer'
			});
			continue;
		}
		const found = 'mistake' in report ? report.mistake : undefined;
		if (found === mistake.id) {
			await holdMessage(
				(code, checks) => examiner.ask(code, checks),
				exercise,
				mistake,
				report,
				{ starter, line },
				tell
			);
			continue;
		}
		tell(
			line,
			found === undefined ? `${name} is not recognised.` : `${name} brings the message of another.`,
			{
				expected: `the message of “${mistake.id}”`,
				got: found === undefined ? saidOf(report) : `the message of “${found}”`
			}
		);
	}
	return { solution: toldOf(solved), starter: toldOf(start), mistakes: said };
}

/** Whether every check is passed; where one is not, it is told. */
function passes(
	name: string,
	report: CheckRecord | CheckReport,
	{ id }: Exercise,
	source: SourceLines,
	tell: Tell
): boolean {
	if (report.status !== 'ran') {
		tell(source.solution(id), `${name} cannot be checked.`, {
			expected: 'every check passes',
			got: saidOf(report)
		});
		return false;
	}
	for (const [index, check] of report.checks.entries()) {
		if (check.ok) continue;
		const line = source.check(id, index + 1);
		if (check.bad !== undefined) tell(line, `This check of “${id}” cannot work: ${check.bad}`);
		else
			tell(line, `${name} does not pass this check.`, {
				expected: check.expected ?? 'it passes',
				got: failureOf(check)
			});
	}
	return isPassed(report);
}

const isPassed = (report: CheckRecord | CheckReport): boolean =>
	report.status === 'ran' && report.checks.every(({ ok }) => ok);
