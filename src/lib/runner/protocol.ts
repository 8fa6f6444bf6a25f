import * as v from 'valibot';
import { CellId, newUuid, RunId } from '$lib/domain/ids';
import { OutputPart, PyError, RunNames, RunStatus } from '$lib/domain/run';

/**
 * What page, frame and worker say to each other: requests and replies by id, and output as it comes. Facts, explanations and
 * verdicts are methods of `call`, not new kinds of message.
 *
 * Everything that comes *up* is parsed: Python can make the worker post anything, so a message from there is student's input.
 */
export const CallId = v.pipe(v.string(), v.uuid(), v.brand('CallId'));
export type CallId = v.InferOutput<typeof CallId>;
export const newCallId = (): CallId => v.parse(CallId, newUuid());

/** Methods of the kernel. Their parameters and results are the kernel's own JSON; the caller parses the result. */
export const CallMethod = v.picklist([
	'facts',
	'explain',
	'verify',
	'check',
	'version',
	'names',
	'hashes',
	'complete'
]);
export type CallMethod = v.InferOutput<typeof CallMethod>;

/** One message may carry this many characters of text. Larger output comes in pieces, and stops at `maxOutputChars`. */
export const maxMessageChars = 256 * 1024;
/** A picture or a page cannot come in pieces; what is larger is shown as its text. */
export const maxDisplayChars = 1024 * 1024;
/** One run shows this much output; the rest is counted, not kept. */
export const maxOutputChars = 1024 * 1024;
/** A line that is typed into `input()`. */
export const maxLineChars = 10_000;
/**
 * A worker that waits says that it heard of Stop within this time; one that computes hears nothing. Long, because an interrupt on top
 * of a wait costs the variables, and a worker on a busy machine is late; a cell that computes loses no more than this time.
 */
export const acknowledgeMs = 50;
/** An interrupt is rewritten this often, because a single one is sometimes lost (pyodide#2400). */
export const interruptEveryMs = 50;
/** A run that has not stopped by then is ended with its interpreter. */
export const terminateAfterMs = 400;

const text = v.pipe(v.string(), v.maxLength(maxMessageChars));
/** Text of both streams in order. What comes together is one message, however often the streams change in it. */
const textParts = v.pipe(
	v.array(v.strictObject({ kind: v.picklist(['stdout', 'stderr']), text })),
	v.maxLength(maxMessageChars)
);
export type TextPart = v.InferOutput<typeof textParts>[number];
const display = v.pipe(v.string(), v.maxLength(maxDisplayChars));
const json = v.pipe(v.string(), v.maxLength(4_000_000));
const bytes = v.instance(ArrayBuffer);
/** Asked for when something is checked: the fenced process on the server reads this file too, and has no `Blob`. */
const blob = v.custom<Blob>((input) => input instanceof Blob, 'A Blob was expected.');

/** A package that is handed over when something imports one of its modules, with the packages that it needs itself. */
const Package = v.strictObject({ modules: v.array(v.string()), files: v.array(v.string()) });
export type Package = v.InferOutput<typeof Package>;

/** A file that belongs to the lesson; found by its name in the folder where cells run. */
const DataFile = v.strictObject({ name: v.string(), bytes });
export type DataFile = v.InferOutput<typeof DataFile>;

/** Everything the frame needs to start, fetched by the page and handed over by reference. */
const RunnerAssets = v.strictObject({
	worker: v.string(),
	wasm: blob,
	stdlib: blob,
	/** The kernel and the pure packages that it uses; needed where the snapshot does not fit. */
	archive: blob,
	snapshot: v.optional(blob),
	lock: v.string(),
	packages: v.array(Package)
});
export type RunnerAssets = v.InferOutput<typeof RunnerAssets>;

export const ToFrame = v.variant('type', [
	v.strictObject({ type: v.literal('boot'), assets: RunnerAssets }),
	v.strictObject({
		type: v.literal('run'),
		id: RunId,
		cellId: CellId,
		code: v.string(),
		/** After this long the run is stopped, and ends as `timeout`. */
		limitMs: v.optional(v.number()),
		/** Lines for `input()`, where Python cannot wait for one; `replay` says that this run begins again. */
		answers: v.optional(v.array(v.string())),
		replay: v.optional(v.boolean())
	}),
	v.strictObject({
		type: v.literal('call'),
		id: CallId,
		method: CallMethod,
		params: v.string(),
		/** After this long the call is interrupted, then its interpreter ended. */
		timeoutMs: v.number()
	}),
	v.strictObject({ type: v.literal('interrupt'), id: v.string() }),
	/** The line that a waiting `input()` gets. */
	v.strictObject({
		type: v.literal('input'),
		id: RunId,
		text: v.pipe(v.string(), v.maxLength(maxLineChars))
	}),
	/** The wheels that were needed; fewer where one could not be had. */
	v.strictObject({
		type: v.literal('wheels'),
		id: v.string(),
		wheels: v.array(v.strictObject({ file: v.string(), bytes }))
	}),
	v.strictObject({ type: v.literal('files'), files: v.array(DataFile) }),
	/** Ends the interpreter, with whatever it is doing, and starts a fresh one. */
	v.strictObject({ type: v.literal('restart') }),
	/** The frame answers at once, whatever its worker does: one that does not is gone. */
	v.strictObject({ type: v.literal('ping') })
]);
export type ToFrame = v.InferOutput<typeof ToFrame>;

/** Why a call gave no result. */
export const CallFailure = v.picklist(['timed-out', 'interrupted', 'crashed', 'failed']);
export type CallFailure = v.InferOutput<typeof CallFailure>;

export const RunEnd = v.strictObject({
	status: RunStatus,
	error: v.optional(PyError),
	durationMs: v.pipe(v.number(), v.minValue(0)),
	truncated: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Absent where the code is no Python, or the interpreter was lost. */
	names: v.optional(RunNames)
});
export type RunEnd = v.InferOutput<typeof RunEnd>;

/**
 * How used up an interpreter is: `worn` ones are replaced when that costs nobody anything; `spent` (its stack leaks) and `memory`
 * (its heap never shrinks) at once, because they are about to fail.
 */
export const Wear = v.picklist(['fresh', 'worn', 'spent', 'memory']);
export type Wear = v.InferOutput<typeof Wear>;

/** Why an interpreter was ended by its frame. */
export const LostWhy = v.picklist(['stopped', 'timed-out', 'crashed']);
export type LostWhy = v.InferOutput<typeof LostWhy>;

const question = { prompt: text, secret: v.boolean() };

export const FromFrame = v.variant('type', [
	/** The document has loaded and listens. */
	v.strictObject({ type: v.literal('hello') }),
	v.strictObject({
		type: v.literal('ready'),
		python: text,
		/** Whether Stop can interrupt Python in place (shared memory), or only by ending the interpreter. */
		interruptible: v.boolean(),
		/** `plain`: without the memory snapshot, five times as slow. */
		started: v.picklist(['snapshot', 'plain'])
	}),
	v.strictObject({ type: v.literal('boot-failed'), message: text }),
	v.strictObject({ type: v.literal('output'), id: RunId, parts: textParts }),
	/** A value to look at; `bundle` is JSON by media type. */
	v.strictObject({ type: v.literal('display'), id: RunId, bundle: display }),
	v.strictObject({ type: v.literal('input-wanted'), id: RunId, ...question }),
	/** Wheels that the code is about to import. Nothing goes on until `wheels` answers. */
	v.strictObject({ type: v.literal('need'), id: v.string(), files: v.array(v.string()) }),
	v.strictObject({
		type: v.literal('run-end'),
		id: RunId,
		end: RunEnd,
		/** How many names the cells have bound by now, and files they have made: what would be lost. */
		variables: v.pipe(v.number(), v.integer(), v.minValue(0)),
		files: v.pipe(v.number(), v.integer(), v.minValue(0)),
		wear: Wear,
		/** A `display` that came with the end: a message of its own would take as long as a small cell does. */
		last: v.optional(display),
		/** The run asked for a line and could not wait for it: it must begin again with one more answer. */
		needs: v.optional(v.strictObject(question))
	}),
	v.strictObject({ type: v.literal('reply'), id: CallId, result: json, wear: Wear }),
	v.strictObject({ type: v.literal('call-failed'), id: CallId, why: CallFailure, message: text, wear: Wear }),
	v.strictObject({ type: v.literal('pong') }),
	/** The interpreter is gone with whatever it was doing, and every variable in it; a new one is starting. */
	v.strictObject({ type: v.literal('lost'), why: LostWhy, message: text })
]);
export type FromFrame = v.InferOutput<typeof FromFrame>;

/** There is no `interrupt` here: a busy worker reads no messages. The frame writes a byte in shared memory instead. */
export type ToWorker =
	| {
			type: 'init';
			wasm: WebAssembly.Module;
			/** These three stay in shared memory where there is any, and are copied where there is none. */
			stdlib: ArrayBufferLike;
			archive: ArrayBufferLike;
			snapshot: ArrayBufferLike | undefined;
			lock: string;
			packages: Package[];
			interrupt: SharedArrayBuffer | undefined;
			/** Where a line for `input()` arrives when the worker stands still; see `interpreter/host`. */
			line: SharedArrayBuffer | undefined;
	  }
	| { type: 'run'; id: string; cellId: string; code: string; answers: string[]; replay: boolean }
	| { type: 'call'; id: string; method: CallMethod; params: string }
	/** Heard only by a worker that waits. */
	| { type: 'cancel'; id: string }
	| { type: 'input'; id: string; text: string }
	| { type: 'wheels'; id: string; wheels: { file: string; bytes: ArrayBuffer }[] }
	| { type: 'files'; files: DataFile[] };

export const FromWorker = v.variant('type', [
	v.strictObject({ type: v.literal('ready'), python: text, started: v.picklist(['snapshot', 'plain']) }),
	v.strictObject({ type: v.literal('boot-failed'), message: text }),
	v.strictObject({ type: v.literal('output'), id: v.string(), parts: textParts }),
	v.strictObject({ type: v.literal('display'), id: v.string(), bundle: display }),
	v.strictObject({ type: v.literal('input-wanted'), id: v.string(), ...question }),
	v.strictObject({ type: v.literal('need'), id: v.string(), files: v.array(v.string()) }),
	/** `cancel` was heard: the run will end by itself, and an interrupt on top would do harm. */
	v.strictObject({ type: v.literal('cancelling'), id: v.string() }),
	/** `end` is the kernel's JSON. */
	v.strictObject({
		type: v.literal('run-end'),
		id: v.string(),
		end: json,
		truncated: v.number(),
		/** What cells have made in their folder. */
		files: v.pipe(v.number(), v.integer(), v.minValue(0)),
		wear: Wear,
		/** As in `FromFrame`. */
		last: v.optional(display)
	}),
	v.strictObject({ type: v.literal('reply'), id: v.string(), result: json, wear: Wear }),
	/** The interpreter is beyond use; nothing more comes from it. */
	v.strictObject({ type: v.literal('fatal'), message: text })
]);
export type FromWorker = v.InferOutput<typeof FromWorker>;

/** What the kernel says of a run. A cell can reach its words, so they are parsed like anything else from there. */
export const KernelEnd = v.object({
	status: v.picklist(['ok', 'error', 'interrupted']),
	error: v.optional(PyError),
	durationMs: v.pipe(v.number(), v.minValue(0)),
	variables: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
	names: v.optional(RunNames),
	memory: v.optional(v.boolean(), false),
	needsInput: v.optional(
		v.object({ prompt: v.pipe(v.string(), v.maxLength(maxMessageChars)), secret: v.boolean() })
	)
});

export type CallResult = { ok: true; value: unknown } | { ok: false; why: CallFailure; message: string };

const kernelAnswer = v.variant('ok', [
	v.object({ ok: v.literal(true), result: v.unknown() }),
	v.object({ ok: v.literal(false), error: v.object({ type: v.string(), message: v.string() }) })
]);

/** What a method of the kernel answered. */
export function readReply(json: string): CallResult {
	const answer = v.safeParse(kernelAnswer, jsonOf(json));
	if (!answer.success)
		return { ok: false, why: 'failed', message: 'The kernel’s answer has no known shape.' };
	if (answer.output.ok) return { ok: true, value: answer.output.result };
	const { type, message } = answer.output.error;
	return { ok: false, why: 'failed', message: `${type}: ${message}` };
}

/** What a value looks like, by media type; `undefined` for what is none of it: a cell can make its own. */
export function readDisplay(bundle: string): OutputPart | undefined {
	const part = v.safeParse(OutputPart, { kind: 'display', data: jsonOf(bundle) });
	return part.success ? part.output : undefined;
}

/** `undefined` for what is no JSON. */
export function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
