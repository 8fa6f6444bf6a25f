import * as v from 'valibot';
import {
	cellsAbove,
	CheckRecord,
	CheckReport,
	setupOf,
	type ExerciseChecks,
	type NotedCheck
} from '$lib/domain/exercise-check';
import type { CellId, LearnerId } from '$lib/domain/ids';
import type { Exercise, Lesson } from '$lib/domain/lesson';
import type { SubmissionContext } from '$lib/domain/submission';
import type { NodePool } from '$lib/runner/node/pool';

/** An exercise with what its code may need: the lesson around it, and the lesson's data files. */
export type FoundExercise = {
	readonly lesson: Lesson;
	readonly exercise: Exercise;
	readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
};

/** `unavailable`: Python does not start on this server, or too many wait for it. */
export type Judged = { ok: true; report: CheckReport } | { ok: false; why: 'unavailable' | 'broken' };

export type Examiner = {
	/** What a browser needs to check answers itself. */
	pageChecks(found: FoundExercise): Promise<ExerciseChecks>;
	/** Runs all checks against an answer of `who`, whose answers are judged two at a time at most. */
	judge(
		found: FoundExercise,
		answer: { code: string; context: SubmissionContext },
		who: LearnerId
	): Promise<Judged>;
	/** Ends every process. */
	close(): Promise<void>;
};

/** The part of a pool that is used here. */
export type ExaminerPool = {
	group(signal: AbortSignal): Pick<ReturnType<NodePool['group']>, 'call' | 'addFiles' | 'close'>;
	close(): Promise<void>;
};

/** Longer than the kernel's own limits together: what they do not end is ended with its process. */
const timeoutMs = 25_000;
/** Exercises whose notes are kept in memory. Each takes a second to make again. */
const mostKept = 500;
/** More answers than this are not taken: who waits longer than a minute has gone. */
const mostWaiting = 40;
/** One learner must not fill the queue for everybody else. */
const mostOfOne = 2;

/**
 * Judges answers in `runner/node`, each in a process of its own. `openPool` is called when the first one is needed: most
 * lessons can be worked through without.
 */
export function createExaminer(openPool: () => ExaminerPool): Examiner {
	let pool: ExaminerPool | undefined;
	const kept = new Map<string, Promise<CheckRecord | undefined>>();
	let waiting = 0;
	const judging: LearnerId[] = [];

	/** The kernel's answer, unparsed; undefined where Python did not give one. */
	async function run(found: FoundExercise, params: object): Promise<unknown> {
		if (waiting >= mostWaiting) return undefined;
		waiting += 1;
		pool ??= openPool();
		const never = new AbortController();
		const group = pool.group(never.signal);
		try {
			if (found.files.length > 0) group.addFiles(found.files);
			const answer = await group.call('check', params, timeoutMs, never.signal);
			if (answer.ok) return answer.value;
			// What the limits inside Python could not end: a loop in C, or all of its memory.
			return answer.why === 'timed-out' ? { status: 'endless' } : undefined;
		} finally {
			group.close();
			waiting -= 1;
		}
	}

	/** What the solution does, from memory or by running it. */
	function recordOf(found: FoundExercise): Promise<CheckRecord | undefined> {
		const { lesson, exercise } = found;
		const key = `${lesson.id} ${lesson.version} ${exercise.id}`;
		const known = kept.get(key);
		if (known !== undefined) return known;
		const made = record(found).then((result) => {
			// Python may start the next time.
			if (result === undefined) kept.delete(key);
			return result;
		});
		kept.set(key, made);
		for (const oldest of kept.keys()) {
			if (kept.size <= mostKept) break;
			kept.delete(oldest);
		}
		return made;
	}

	async function record(found: FoundExercise): Promise<CheckRecord | undefined> {
		const { lesson, exercise } = found;
		const answer = await run(found, {
			mode: 'record',
			context: solvedAbove(lesson, exercise.cell),
			setup: setupOf(lesson.blocks, exercise),
			code: exercise.solution.code,
			checks: numbered(exercise, undefined),
			mistakes: exercise.mistakes.map(({ id }) => ({ id }))
		});
		const parsed = v.safeParse(CheckRecord, answer);
		return parsed.success ? parsed.output : undefined;
	}

	return {
		async pageChecks(found) {
			const { lesson, exercise } = found;
			const all = numbered(exercise, await recordOf(found));
			const checks = all.filter((_, index) => exercise.checks[index]?.where === 'page');
			return {
				lessonVersion: lesson.version,
				checks,
				// Field by field: what a mistake has beside these stays here.
				mistakes: exercise.mistakes.map(({ id, detector, message }) => ({
					id,
					...(detector === undefined ? {} : { detector }),
					message
				})),
				onServer: all.length - checks.length
			};
		},
		async judge(found, answer, who) {
			if (judging.filter((one) => one === who).length >= mostOfOne) return { ok: false, why: 'unavailable' };
			judging.push(who);
			try {
				return await judge(found, answer);
			} finally {
				judging.splice(judging.indexOf(who), 1);
			}
		},
		async close() {
			await pool?.close();
		}
	};

	async function judge(
		found: FoundExercise,
		{ code, context }: { code: string; context: SubmissionContext }
	): Promise<Judged> {
		const { lesson, exercise } = found;
		const recorded = await recordOf(found);
		if (recorded === undefined) return { ok: false, why: 'unavailable' };
		if (recorded.status !== 'ran') return { ok: false, why: 'broken' };
		const answer = await run(found, {
			context,
			setup: setupOf(lesson.blocks, exercise),
			code,
			checks: numbered(exercise, recorded),
			mistakes: exercise.mistakes.map(({ id, detector }) => ({ id, detector }))
		});
		const parsed = v.safeParse(CheckReport, answer);
		return parsed.success ? { ok: true, report: parsed.output } : { ok: false, why: 'unavailable' };
	}
}

/** The lesson above the exercise as one has it who solved everything: what the solution may build on. */
function solvedAbove({ blocks, exercises }: Lesson, cell: CellId): { cellId: CellId; code: string }[] {
	return cellsAbove(blocks, cell).map((above) => ({
		cellId: above.id,
		code: exercises.find((exercise) => exercise.cell === above.id)?.solution.code ?? above.starter
	}));
}

const numbered = ({ checks }: Exercise, recorded: CheckRecord | undefined): NotedCheck[] =>
	checks.map(({ code, limitMs }, index) => {
		const notes = recorded?.status === 'ran' ? recorded.notes[index] : undefined;
		return {
			number: index + 1,
			code,
			...(limitMs === undefined ? {} : { limitMs }),
			...(notes === undefined ? {} : { notes })
		};
	});
