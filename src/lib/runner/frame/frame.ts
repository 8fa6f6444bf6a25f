import * as v from 'valibot';
import {
	acknowledgeMs,
	FromWorker,
	interruptEveryMs,
	jsonOf,
	KernelEnd,
	maxMessageChars,
	type RunEnd,
	terminateAfterMs,
	ToFrame,
	type CallFailure,
	type FromFrame,
	type LostWhy,
	type RunnerAssets,
	type ToWorker,
	type Wear
} from '../protocol';
import { lineBuffer, lineBufferBytes, lineState } from '../interpreter/host';
import { TimeLimit } from './time-limit';

/**
 * The runner's document. It has an opaque origin and no network; it owns the worker, the interrupt byte and the timers,
 * because a busy worker hears nothing and the page may not share memory with a frame of another origin.
 */
type Task = {
	kind: 'run' | 'call';
	id: string;
	/** Why it is being stopped, once it is. */
	stopping: 'stopped' | 'timed-out' | undefined;
	/** Waits for a line. */
	asking: boolean;
	/** The worker said that it is ending the run by itself. */
	acknowledged: boolean;
	limit: TimeLimit;
	/** What it printed before it was stopped may still come, up to so many characters. */
	lastChars: number;
	timers: ReturnType<typeof setTimeout>[];
	/** See `nudgeLater`. */
	nudge: ReturnType<typeof setTimeout> | undefined;
};

const maxLastChars = 64 * 1024;
const nudgeAfterMs = 100;
/** SIGUSR1. */
const nudgeSignal = 10;

/** What was handed over, held once: in shared memory where there is any, so that another worker gets it without a copy. */
type Masters = Pick<RunnerAssets, 'worker' | 'lock' | 'packages'> & {
	module: WebAssembly.Module;
	stdlib: ArrayBufferLike;
	archive: ArrayBufferLike;
	snapshot: ArrayBufferLike | undefined;
};

let masters: Masters | undefined;
let files: Extract<ToFrame, { type: 'files' }>['files'] = [];
let worker: Worker | undefined;
/** The only way to and from the interpreter; see the worker. */
let wire: MessagePort | undefined;
let flag: Uint8Array | undefined;
let line: SharedArrayBuffer | undefined;
let task: Task | undefined;
let ready = false;

const hasSharedMemory = typeof SharedArrayBuffer !== 'undefined';

/**
 * Chromium does not start a `blob:` module worker in an opaque frame, and Pyodide refuses a classic one: so a tiny `data:`
 * module imports the real code from a blob that it makes itself.
 */
const starter = `self.onmessage = async (event) => {
	self.onmessage = null;
	const { code, init, port } = event.data;
	const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
	try { (await import(address)).start(init, port); }
	catch (error) { port.postMessage({ type: 'boot-failed', message: String(error) }); }
	finally { URL.revokeObjectURL(address); }
};`;

/**
 * The page's end of a channel of our own: through the window a message took four times as long, and its tail was ten times as
 * long, because windows' messages queue with everything else that a page does.
 */
let page: MessagePort | undefined;
const say = (message: FromFrame): void => page?.postMessage(message);
const send = (message: ToWorker): void => wire?.postMessage(message);

function startWorker(): void {
	if (masters === undefined) return;
	ready = false;
	const interrupt = hasSharedMemory ? new SharedArrayBuffer(1) : undefined;
	flag = interrupt === undefined ? undefined : new Uint8Array(interrupt);
	line = hasSharedMemory ? new SharedArrayBuffer(lineBufferBytes) : undefined;
	const started = new Worker(`data:text/javascript,${encodeURIComponent(starter)}`, { type: 'module' });
	worker = started;
	const { port1: port, port2: far } = new MessageChannel();
	wire = port;
	port.onmessage = (event: MessageEvent<unknown>) => {
		const message = v.safeParse(FromWorker, event.data);
		// Messages of a worker that was already replaced belong to nobody.
		if (message.success && worker === started) hear(message.output);
	};
	started.onerror = (event) => {
		event.preventDefault();
		if (worker !== started) return;
		// One that ended before it was ever ready would end again: this browser cannot start it.
		if (ready) replace('crashed', `The interpreter ended: ${event.message}`);
		else say({ type: 'boot-failed', message: event.message || 'its worker could not start' });
	};
	const { module, worker: code, ...others } = masters;
	const init: ToWorker = { type: 'init', wasm: module, ...others, interrupt, line };
	// What is not in shared memory is copied by this message: the masters stay, so that a replacement asks nobody.
	started.postMessage({ code, init, port: far }, [far]);
}

function hear(message: FromWorker): void {
	switch (message.type) {
		case 'ready':
			ready = true;
			if (files.length > 0) send({ type: 'files', files });
			return say({
				type: 'ready',
				python: message.python,
				interruptible: hasSharedMemory,
				started: message.started
			});
		case 'boot-failed':
			return say({ type: 'boot-failed', message: message.message });
		case 'fatal':
			return replace('crashed', message.message);
		default:
			// From here on everything belongs to a task; what does not is late, or made up.
			if (task?.id === message.id) return hearOf(task, message);
	}
}

type OfTask = Exclude<FromWorker, { type: 'ready' | 'boot-failed' | 'fatal' }>;

function hearOf(current: Task, message: OfTask): void {
	switch (message.type) {
		case 'cancelling':
			current.acknowledged = true;
			return;
		case 'need':
			current.limit.pause();
			return say(message);
		case 'reply': {
			if (current.kind !== 'call') return;
			finish(current);
			const { wear } = message;
			const id = asCall(current.id);
			if (current.stopping !== undefined)
				return say({ type: 'call-failed', id, why: failureOf(current.stopping), message: '', wear });
			return say({ type: 'reply', id, result: message.result, wear });
		}
		case 'run-end':
			if (current.kind === 'run') endRun(current, message);
			return;
		case 'output': {
			if (current.kind !== 'run') return;
			if (current.stopping !== undefined) {
				for (const { text } of message.parts) current.lastChars -= text.length;
				if (current.lastChars < 0) return;
			}
			say({ ...message, id: asRun(current.id) });
			return nudgeLater(current);
		}
		case 'display':
			// A stopped run shows no more.
			if (current.kind === 'run' && current.stopping === undefined)
				say({ ...message, id: asRun(current.id) });
			return;
		case 'input-wanted':
			if (current.kind !== 'run' || current.stopping !== undefined) return;
			current.asking = true;
			current.limit.pause();
			return say({ ...message, id: asRun(current.id) });
	}
}

/**
 * The kernel holds what comes soon after other text, and lets go of it at the next write; a cell that computes writes nothing. This
 * signal does no more than have it let go.
 */
function nudgeLater(current: Task): void {
	if (flag === undefined || current.nudge !== undefined) return;
	current.nudge = setTimeout(() => {
		current.nudge = undefined;
		if (task === current && current.stopping === undefined) flag?.fill(nudgeSignal);
	}, nudgeAfterMs);
}

function endRun(current: Task, message: Extract<OfTask, { type: 'run-end' }>): void {
	finish(current);
	const { truncated, files: ownFiles } = message;
	const id = asRun(current.id);
	const kernel = v.safeParse(KernelEnd, jsonOf(message.end));
	if (!kernel.success) {
		const end: RunEnd = { status: 'crashed', durationMs: 0, truncated };
		return say({ type: 'run-end', id, end, variables: 0, files: ownFiles, wear: 'spent' });
	}
	// A stopped run shows no more.
	const last = current.stopping === undefined && message.last !== undefined ? { last: message.last } : {};
	const { memory, needsInput: needs, status, error, variables, ...rest } = kernel.output;
	const wear: Wear = memory ? 'memory' : message.wear;
	if (needs !== undefined && current.stopping === undefined) {
		return say({
			type: 'run-end',
			id,
			end: { ...rest, status: 'ok', truncated },
			variables,
			files: ownFiles,
			wear,
			needs,
			...last
		});
	}
	// A cell that swallows the interrupt and then ends by itself was still stopped.
	const isStopped = status === 'interrupted' || (status === 'ok' && current.stopping !== undefined);
	const end: RunEnd = isStopped
		? { ...rest, truncated, status: current.stopping === 'timed-out' ? 'timeout' : 'interrupted' }
		: { ...rest, truncated, status, ...(error === undefined ? {} : { error }) };
	say({ type: 'run-end', id, end, variables, files: ownFiles, wear, ...last });
}

const failureOf = (why: 'stopped' | 'timed-out'): CallFailure =>
	why === 'timed-out' ? 'timed-out' : 'interrupted';

type Ids = {
	run: Extract<FromFrame, { type: 'run-end' }>['id'];
	call: Extract<FromFrame, { type: 'reply' }>['id'];
};
const asRun = (id: string) => id as Ids['run'];
const asCall = (id: string) => id as Ids['call'];

function finish(done: Task): void {
	done.limit.pause();
	for (const timer of done.timers) clearTimeout(timer);
	clearTimeout(done.nudge);
	task = undefined;
	flag?.fill(0);
}

/** Ends the interpreter and starts another. Whoever waits for something of the old one is told by `lost`. */
function replace(why: LostWhy, message: string): void {
	worker?.terminate();
	wire?.close();
	if (task !== undefined) finish(task);
	ready = false;
	say({ type: 'lost', why, message: message.slice(0, maxMessageChars) });
	startWorker();
}

/**
 * The ladder. A worker that waits hears `cancel` and ends the run itself; an interrupt would then do harm, because a wait that is
 * interrupted never settles. One that computes hears nothing: an interrupt, again and again. What is still there after 400 ms
 * is ended with its interpreter.
 */
function stop(why: 'stopped' | 'timed-out'): void {
	const stopped = task;
	if (stopped === undefined || stopped.stopping !== undefined) return;
	stopped.stopping = why;
	if (flag === undefined && stopped.kind === 'call') return replace(why, '');
	send({ type: 'cancel', id: stopped.id });
	wake(lineState.cancelled);
	const write = (): void => {
		flag?.fill(2);
	};
	const interrupt = (): void => {
		write();
		stopped.timers.push(setInterval(write, interruptEveryMs));
	};
	stopped.timers.push(
		setTimeout(() => {
			if (!stopped.acknowledged) interrupt();
		}, acknowledgeMs),
		// One that heard and goes on all the same has caught its cancellation, and computes.
		setTimeout(() => {
			if (stopped.acknowledged) interrupt();
		}, terminateAfterMs / 2),
		setTimeout(() => replace(why, ''), terminateAfterMs)
	);
}

/** Wakes a worker that stands still on shared memory. One that does not stand there notices nothing until it would. */
function wake(state: number, text = ''): void {
	if (line === undefined) return;
	const head = new Int32Array(line, 0, 2);
	const chars = new Uint16Array(line, lineBuffer.headBytes);
	for (let at = 0; at < text.length; at++) chars[at] = text.charCodeAt(at);
	Atomics.store(head, lineBuffer.length, text.length);
	Atomics.store(head, lineBuffer.state, state);
	Atomics.notify(head, lineBuffer.state);
}

/** The interpreter was lost while this was on its way here. */
function refuse(message: Extract<ToFrame, { type: 'run' | 'call' }>): void {
	if (message.type === 'call')
		return say({ type: 'call-failed', id: message.id, why: 'crashed', message: '', wear: 'fresh' });
	const end: RunEnd = { status: 'crashed', durationMs: 0, truncated: 0 };
	say({ type: 'run-end', id: message.id, end, variables: 0, files: 0, wear: 'fresh' });
}

function begin(message: Extract<ToFrame, { type: 'run' | 'call' }>): void {
	if (task !== undefined) return;
	if (worker === undefined || !ready) return refuse(message);
	const limitMs = message.type === 'run' ? message.limitMs : message.timeoutMs;
	task = {
		kind: message.type,
		id: message.id,
		stopping: undefined,
		asking: false,
		acknowledged: false,
		lastChars: maxLastChars,
		limit: new TimeLimit(limitMs, () => stop('timed-out')),
		timers: [],
		nudge: undefined
	};
	task.limit.run();
	// Cleared for this run: the Stop of the one before may have come when nobody waited any more.
	if (line !== undefined) new Int32Array(line, 0, 2).fill(0);
	if (message.type === 'run') {
		const { id, cellId, code, answers = [], replay = false } = message;
		send({ type: 'run', id, cellId, code, answers, replay });
	} else {
		send({ type: 'call', id: message.id, method: message.method, params: message.params });
	}
}

async function boot(given: RunnerAssets): Promise<void> {
	const { wasm, stdlib, archive, snapshot, ...others } = given;
	try {
		const held = async (part: Blob): Promise<ArrayBufferLike> => shared(await part.arrayBuffer());
		const [module, ...parts] = await Promise.all([
			wasm.arrayBuffer().then((bytes) => WebAssembly.compile(bytes)),
			held(stdlib),
			held(archive),
			snapshot === undefined ? undefined : held(snapshot)
		]);
		masters = { ...others, module, stdlib: parts[0], archive: parts[1], snapshot: parts[2] };
	} catch (error) {
		return say({ type: 'boot-failed', message: String(error).slice(0, maxMessageChars) });
	}
	startWorker();
}

/** Held once, in memory that workers can read: by copies, two interpreters and some restarts came to 600 MB instead of 400. */
function shared(bytes: ArrayBuffer): ArrayBufferLike {
	if (!hasSharedMemory) return bytes;
	const held = new SharedArrayBuffer(bytes.byteLength);
	new Uint8Array(held).set(new Uint8Array(bytes));
	return held;
}

addEventListener('message', (event: MessageEvent<unknown>) => {
	const [port] = event.ports;
	if (event.source !== parent || page !== undefined || port === undefined) return;
	page = port;
	port.onmessage = ({ data }: MessageEvent<unknown>) => {
		const parsed = v.safeParse(ToFrame, data);
		if (parsed.success) obey(parsed.output);
	};
});

function obey(message: ToFrame): void {
	switch (message.type) {
		case 'boot':
			void boot(message.assets);
			return;
		case 'run':
		case 'call':
			return begin(message);
		case 'interrupt':
			if (task?.id === message.id) stop('stopped');
			return;
		case 'input':
			if (task?.id !== message.id || !task.asking) return;
			task.asking = false;
			task.limit.run();
			send(message);
			return wake(lineState.answered, message.text);
		case 'wheels':
			if (task?.id === message.id) task.limit.run();
			return send(message);
		case 'files':
			files = [...files, ...message.files];
			if (ready) send({ type: 'files', files: message.files });
			return;
		case 'restart':
			return replace('stopped', '');
		case 'ping':
			return say({ type: 'pong' });
	}
}

// Heard by the page's window; it answers with the port.
parent.postMessage({ type: 'hello' } satisfies FromFrame, '*');
