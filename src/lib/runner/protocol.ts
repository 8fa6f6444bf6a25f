import * as v from 'valibot';
import { CellId, newUuid, RunId } from '$lib/domain/ids';
import { PyError, RunStatus } from '$lib/domain/run';

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
export const CallMethod = v.picklist(['facts', 'explain', 'verify', 'version']);
export type CallMethod = v.InferOutput<typeof CallMethod>;

/** One message may carry this many characters of text. Larger output comes in pieces, and stops at `maxOutputChars`. */
export const maxMessageChars = 256 * 1024;
/** One run shows this much output; the rest is counted, not kept. */
export const maxOutputChars = 1024 * 1024;
/** An interrupt is rewritten this often, because a single one is sometimes lost (pyodide#2400). */
export const interruptEveryMs = 50;
/** A run that has not stopped by then is ended with its interpreter. */
export const terminateAfterMs = 400;

const text = v.pipe(v.string(), v.maxLength(maxMessageChars));
const bytes = v.instance(ArrayBuffer);

/** Everything the frame needs to start, fetched by the page and handed over by transfer. */
export type RunnerAssets = {
	worker: string;
	wasm: ArrayBuffer;
	stdlib: ArrayBuffer;
	kernel: ArrayBuffer;
	lock: string;
};

export const ToFrame = v.variant('type', [
	v.strictObject({
		type: v.literal('boot'),
		assets: v.strictObject({
			worker: v.string(),
			wasm: bytes,
			stdlib: bytes,
			kernel: bytes,
			lock: v.string()
		})
	}),
	v.strictObject({ type: v.literal('run'), id: RunId, cellId: CellId, code: v.string() }),
	v.strictObject({
		type: v.literal('call'),
		id: CallId,
		method: CallMethod,
		params: v.string(),
		/** After this long the call is interrupted, then its interpreter ended. */
		timeoutMs: v.number()
	}),
	v.strictObject({ type: v.literal('interrupt'), id: v.string() })
]);
export type ToFrame = v.InferOutput<typeof ToFrame>;

/** Why a call gave no result. */
export const CallFailure = v.picklist(['timed-out', 'interrupted', 'crashed', 'failed']);
export type CallFailure = v.InferOutput<typeof CallFailure>;

export const RunEnd = v.strictObject({
	status: RunStatus,
	error: v.optional(PyError),
	durationMs: v.pipe(v.number(), v.minValue(0)),
	truncated: v.pipe(v.number(), v.integer(), v.minValue(0))
});
export type RunEnd = v.InferOutput<typeof RunEnd>;

const outputKind = v.picklist(['stdout', 'stderr', 'display']);

export const FromFrame = v.variant('type', [
	/** The document has loaded and listens. */
	v.strictObject({ type: v.literal('hello') }),
	v.strictObject({
		type: v.literal('ready'),
		python: text,
		/** Whether Stop can interrupt Python in place (shared memory), or only by ending the interpreter. */
		interruptible: v.boolean()
	}),
	v.strictObject({ type: v.literal('boot-failed'), message: text }),
	v.strictObject({ type: v.literal('output'), id: RunId, kind: outputKind, text }),
	v.strictObject({ type: v.literal('run-end'), id: RunId, end: RunEnd }),
	v.strictObject({
		type: v.literal('reply'),
		id: CallId,
		result: v.pipe(v.string(), v.maxLength(4_000_000))
	}),
	v.strictObject({ type: v.literal('call-failed'), id: CallId, why: CallFailure, message: text }),
	/** The interpreter was replaced: every variable is gone, and a new one is starting. */
	v.strictObject({ type: v.literal('restarting'), why: v.picklist(['stopped', 'crashed']) })
]);
export type FromFrame = v.InferOutput<typeof FromFrame>;

/** There is no `interrupt` here: a busy worker reads no messages. The frame writes a byte in shared memory instead. */
export type ToWorker =
	| {
			type: 'init';
			wasm: WebAssembly.Module;
			stdlib: ArrayBuffer;
			kernel: ArrayBuffer;
			lock: string;
			interrupt: SharedArrayBuffer | undefined;
	  }
	| { type: 'run'; id: string; cellId: string; code: string }
	| { type: 'call'; id: string; method: CallMethod; params: string };

export const FromWorker = v.variant('type', [
	v.strictObject({ type: v.literal('ready'), python: text }),
	v.strictObject({ type: v.literal('boot-failed'), message: text }),
	v.strictObject({ type: v.literal('output'), id: v.string(), kind: outputKind, text }),
	/** `end` is the kernel's JSON. */
	v.strictObject({
		type: v.literal('run-end'),
		id: v.string(),
		end: v.pipe(v.string(), v.maxLength(4_000_000)),
		truncated: v.number()
	}),
	v.strictObject({
		type: v.literal('reply'),
		id: v.string(),
		result: v.pipe(v.string(), v.maxLength(4_000_000))
	}),
	/** The interpreter is beyond use; nothing more comes from it. */
	v.strictObject({ type: v.literal('fatal'), message: text })
]);
export type FromWorker = v.InferOutput<typeof FromWorker>;
