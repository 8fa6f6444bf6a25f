import * as v from 'valibot';
import { RunId } from './ids';

const text = v.pipe(v.string(), v.maxLength(2_000_000));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Output in the order in which it came. `display` is the value of the cell's last expression, by media type. */
export const OutputPart = v.variant('kind', [
	v.strictObject({ kind: v.literal('stdout'), text }),
	v.strictObject({ kind: v.literal('stderr'), text }),
	v.strictObject({ kind: v.literal('display'), data: v.strictObject({ 'text/plain': text }) })
]);
export type OutputPart = v.InferOutput<typeof OutputPart>;

/** One of the student's own frames; the kernel's are left out. `cell` is absent for library code. */
export const PyFrame = v.strictObject({
	cell: v.optional(v.string()),
	function: v.string(),
	line,
	source: v.string(),
	/** Names on the failing line with their values, as `repr`, shortened. */
	values: v.array(v.strictObject({ name: v.string(), repr: v.string() }))
});
export type PyFrame = v.InferOutput<typeof PyFrame>;

/** A Python exception as data: decided in Python, never scraped from text. */
export const PyError = v.strictObject({
	type: v.string(),
	message: v.string(),
	/** The line of the cell that ran, counted from 1. */
	line: v.optional(line),
	/** For a syntax error: the columns it points at, counted from 1. */
	columns: v.optional(v.strictObject({ from: v.number(), to: v.number() })),
	frames: v.array(PyFrame),
	/** The whole traceback as Python prints it, for those who want it. */
	traceback: v.string(),
	/** For beginners: what happened, why, and where, in plain words. */
	cause: v.optional(v.strictObject({ what: v.string(), why: v.string(), where: v.string() }))
});
export type PyError = v.InferOutput<typeof PyError>;

export const RunStatus = v.picklist(['ok', 'error', 'timeout', 'interrupted', 'crashed']);
export type RunStatus = v.InferOutput<typeof RunStatus>;

/** What one run of a cell gave. Made in the learner's browser it is their claim, never proof. */
export const RunResult = v.strictObject({
	runId: RunId,
	status: RunStatus,
	outputs: v.pipe(v.array(OutputPart), v.maxLength(20_000)),
	error: v.optional(PyError),
	checks: v.pipe(v.array(v.never()), v.maxLength(0)),
	durationMs: v.pipe(v.number(), v.minValue(0)),
	/** Characters of output that were cut because the run printed more than is kept. */
	truncated: v.pipe(v.number(), v.integer(), v.minValue(0))
});
export type RunResult = v.InferOutput<typeof RunResult>;
