import * as v from 'valibot';
import { RunId } from './ids';

const text = v.pipe(v.string(), v.maxLength(2_000_000));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** One form of a displayed value. The kernel sends no bundle above 1 MB, so a longer one is not from it. */
const media = v.pipe(v.string(), v.maxLength(1024 * 1024));
const base64 = v.pipe(media, v.regex(/^[A-Za-z0-9+/]*={0,2}$/));

/** A value by media type. Everybody can show the text; the other forms are there where the value offers them. */
export const DisplayData = v.strictObject({
	'text/plain': media,
	'text/html': v.optional(media),
	'image/svg+xml': v.optional(media),
	'image/png': v.optional(base64),
	'image/jpeg': v.optional(base64),
	'text/markdown': v.optional(media),
	'text/latex': v.optional(media),
	'application/json': v.optional(media)
});
export type DisplayData = v.InferOutput<typeof DisplayData>;

/** Every form but the text, in the order in which a page prefers them. */
export const richTypes = [
	'text/html',
	'image/svg+xml',
	'image/png',
	'image/jpeg',
	'text/markdown',
	'text/latex',
	'application/json'
] as const satisfies readonly Exclude<keyof DisplayData, 'text/plain'>[];

/**
 * Output in the order in which it came. `display` is the value of the cell's last expression, or what `display()` was given;
 * `stdin` what the learner typed when the program asked, with its line end.
 */
export const OutputPart = v.variant('kind', [
	v.strictObject({ kind: v.literal('stdout'), text }),
	v.strictObject({ kind: v.literal('stderr'), text }),
	v.strictObject({ kind: v.literal('stdin'), text }),
	v.strictObject({ kind: v.literal('display'), data: DisplayData })
]);
export type OutputPart = v.InferOutput<typeof OutputPart>;

/** What everybody can read of a part, a displayed value as its text. */
export const textOfPart = (part: OutputPart): string =>
	part.kind === 'display' ? part.data['text/plain'] : part.text;

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

const names = v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(2_000));
/** What the code of a run takes from other cells, and what it gives them, as the kernel reads it off the syntax tree. */
export const RunNames = v.strictObject({
	reads: names,
	/** Bound, deleted, or perhaps changed by a method, an item or an attribute. */
	writes: names,
	/** It hangs on chance or the clock: run again with the same names, it may give something else. */
	varies: v.boolean()
});
export type RunNames = v.InferOutput<typeof RunNames>;
