import * as v from 'valibot';
import { ContentHash, type CellId } from './ids';
import { MistakeId, type Block, type CellSpec, type Exercise } from './lesson';
import { Markdown } from './markdown';
import { PyError } from './run';

/** The kernel shortens what it shows to 500 characters; the source of a check's assert may stand in a sentence beside. */
const shown = v.pipe(v.string(), v.maxLength(2_000));
/** The kernel refuses to note longer values. */
const noted = v.pipe(v.string(), v.maxLength(20_000));

/** What the solution did at each place where a check compares with it, as Python's literals: never a part of its source. */
export const CheckNotes = v.record(
	v.pipe(v.string(), v.maxLength(300)),
	v.strictObject({
		gives: v.optional(noted),
		prints: v.optional(noted),
		raises: v.optional(shown),
		message: v.optional(shown)
	})
);
export type CheckNotes = v.InferOutput<typeof CheckNotes>;

/** A check as the kernel takes it. `number` is its place among all checks of the exercise: generated inputs hang on it. */
const NotedCheck = v.strictObject({
	number: v.number(),
	code: v.string(),
	limitMs: v.optional(v.number()),
	/** Absent where the solution could not be run; then a check that compares with it says that it does not work. */
	notes: v.optional(CheckNotes)
});
export type NotedCheck = v.InferOutput<typeof NotedCheck>;

/** What a browser needs to check an answer itself. No solution, no sample and no belief of a mistake, no check of the server's. */
export const ExerciseChecks = v.strictObject({
	lessonVersion: ContentHash,
	checks: v.array(NotedCheck),
	mistakes: v.array(
		v.strictObject({ id: MistakeId, detector: v.optional(v.string()), message: v.array(Markdown) })
	),
	/** How many more checks there are, which the server alone makes. */
	onServer: v.number()
});
export type ExerciseChecks = v.InferOutput<typeof ExerciseChecks>;

const wrong = {
	ok: v.literal(false),
	/** The call, or the source of what was compared. */
	call: v.optional(shown),
	expected: v.optional(shown),
	got: v.optional(shown),
	/** `expected` and `got` are printed text and no values. */
	printed: v.optional(v.literal(true)),
	/** In plain words, from the check or from the kernel. */
	message: v.optional(shown),
	/** What the learner's code raised, with the line of theirs. */
	error: v.optional(v.strictObject({ type: shown, message: shown, line: v.optional(v.number()) })),
	mistake: v.optional(v.string()),
	/** It was ended by the clock, on a machine that may only be busy: nothing is known of the answer. */
	clock: v.optional(v.literal(true)),
	/** The check cannot work as it is written: a word for its author. */
	bad: v.optional(shown)
};
export const CheckOutcome = v.variant('ok', [v.strictObject({ ok: v.literal(true) }), v.strictObject(wrong)]);
export type CheckOutcome = v.InferOutput<typeof CheckOutcome>;
export type FailedCheck = Extract<CheckOutcome, { ok: false }>;

/** Where the answer, or the solution, did not run through, or nothing can be said of it. */
const endedOtherwise = [
	v.strictObject({ status: v.literal('error'), error: PyError, mistake: v.optional(MistakeId) }),
	v.strictObject({ status: v.literal('endless'), clock: v.optional(v.literal(true)) }),
	v.strictObject({ status: v.literal('tampered') }),
	v.strictObject({ status: v.literal('broken'), message: shown })
] as const;

/**
 * What the kernel says of an answer. A learner's code runs beside the kernel, so this is parsed like anything else from there.
 * `endless`: the answer, or a cell above it, did not come to an end; `tampered`: it changed the kernel; `broken`: the exercise
 * cannot work as it is written.
 */
export const CheckReport = v.variant('status', [
	v.strictObject({
		status: v.literal('ran'),
		checks: v.pipe(v.array(CheckOutcome), v.maxLength(500)),
		mistake: v.optional(MistakeId)
	}),
	...endedOtherwise
]);
export type CheckReport = v.InferOutput<typeof CheckReport>;

/** What a run of the solution gives: a note for each check that compares with it. */
export const CheckRecord = v.variant('status', [
	v.strictObject({
		status: v.literal('ran'),
		checks: v.array(CheckOutcome),
		notes: v.array(CheckNotes)
	}),
	...endedOtherwise
]);
export type CheckRecord = v.InferOutput<typeof CheckRecord>;

/** No exercise has more checks. */
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));
/** What is kept of an answer's checks. Only `passed` by the server counts; the browser's is the learner's claim. */
export const AttemptOutcome = v.strictObject({
	result: v.picklist(['passed', 'failed', 'error', 'endless', 'tampered']),
	passed: count,
	all: count,
	mistake: v.optional(MistakeId)
});
export type AttemptOutcome = v.InferOutput<typeof AttemptOutcome>;

/** Whether a limit in seconds ended something that a faster machine, or an idle one, may well bring to its end. */
export const isUndecided = (report: CheckReport): boolean =>
	report.status === 'endless'
		? report.clock === true
		: report.status === 'ran' && report.checks.some((check) => !check.ok && check.clock === true);

/** `all`: of how many checks. Undefined where nothing can be said of the answer: undecided, or the exercise is broken. */
export function outcomeOf(report: CheckReport, all: number): AttemptOutcome | undefined {
	if (isUndecided(report)) return undefined;
	switch (report.status) {
		case 'broken':
			return undefined;
		case 'endless':
		case 'tampered':
			return { result: report.status, passed: 0, all };
		case 'error':
			return { result: 'error', passed: 0, all, ...mistakeIn(report) };
		case 'ran': {
			if (report.checks.some((check) => !check.ok && check.bad !== undefined)) return undefined;
			const passed = report.checks.filter(({ ok }) => ok).length;
			// One that lost checks on its way did not pass them.
			return { result: passed === all ? 'passed' : 'failed', passed, all, ...mistakeIn(report) };
		}
	}
}

const mistakeIn = ({ mistake }: { mistake?: MistakeId | undefined }) =>
	mistake === undefined ? {} : { mistake };

/** The cells that stand above a cell and are shown: what an answer may build on, beside its own setup. */
export function cellsAbove(blocks: readonly Block[], id: CellId): Exclude<CellSpec, { role: 'setup' }>[] {
	const cells = blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell] : []));
	const above = cells.slice(
		0,
		cells.findIndex((cell) => cell.id === id)
	);
	return above.flatMap((cell) => (cell.role === 'setup' ? [] : [cell]));
}

/** The code of an exercise's setup cells, in their order. */
export const setupOf = (blocks: readonly Block[], { setup }: Pick<Exercise, 'setup'>): string[] =>
	setup.flatMap((id) =>
		blocks.flatMap((block) => (block.kind === 'cell' && block.cell.id === id ? [block.cell.starter] : []))
	);
