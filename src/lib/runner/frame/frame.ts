import * as v from 'valibot';
import {
	FromWorker,
	interruptEveryMs,
	RunEnd,
	terminateAfterMs,
	ToFrame,
	type CallFailure,
	type FromFrame,
	type RunnerAssets,
	type ToWorker
} from '../protocol';

/**
 * The runner's document. It has an opaque origin and no network; it owns the worker, the interrupt byte and the timers,
 * because a busy worker hears nothing and the page may not share memory with a frame of another origin.
 */
type Task = {
	kind: 'run' | 'call';
	id: string;
	stopping: boolean;
	timers: ReturnType<typeof setTimeout>[];
	why: CallFailure;
};

let assets: (Omit<RunnerAssets, 'wasm'> & { module: WebAssembly.Module }) | undefined;
let worker: Worker | undefined;
/** The only way to and from the interpreter; see the worker. */
let wire: MessagePort | undefined;
let flag: Uint8Array | undefined;
let task: Task | undefined;
let ready = false;

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

const say = (message: FromFrame): void => parent.postMessage(message, '*');
const send = (message: ToWorker): void => wire?.postMessage(message);

function startWorker(): void {
	if (assets === undefined) return;
	ready = false;
	const shared = typeof SharedArrayBuffer === 'undefined' ? undefined : new SharedArrayBuffer(1);
	flag = shared === undefined ? undefined : new Uint8Array(shared);
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
	const init: ToWorker = {
		type: 'init',
		wasm: assets.module,
		// The masters stay here, so that a replacement starts without asking the page.
		stdlib: assets.stdlib.slice(0),
		kernel: assets.kernel.slice(0),
		lock: assets.lock,
		interrupt: shared
	};
	started.postMessage({ code: assets.worker, init, port: far }, [init.stdlib, init.kernel, far]);
}

function hear(message: FromWorker): void {
	switch (message.type) {
		case 'ready':
			ready = true;
			return say({ type: 'ready', python: message.python, interruptible: flag !== undefined });
		case 'boot-failed':
			return say({ type: 'boot-failed', message: message.message });
		case 'output':
			if (task?.kind === 'run' && task.id === message.id && !task.stopping) {
				say({ ...message, id: message.id as Extract<FromFrame, { type: 'output' }>['id'] });
			}
			return;
		case 'run-end': {
			if (task?.kind !== 'run' || task.id !== message.id) return;
			endRun(readEnd(message.end, message.truncated));
			return;
		}
		case 'reply': {
			if (task?.kind !== 'call' || task.id !== message.id) return;
			const { id, stopping, why } = finish(task);
			if (stopping) say({ type: 'call-failed', id: asCall(id), why, message: '' });
			else say({ type: 'reply', id: asCall(id), result: message.result });
			return;
		}
		case 'fatal':
			return replace('crashed', message.message);
	}
}

/** The kernel's own words about a run, checked: a cell can reach them. */
function readEnd(json: string, truncated: number): RunEnd {
	let parsed: unknown;
	try {
		parsed = JSON.parse(json);
	} catch {
		parsed = undefined;
	}
	const end = v.safeParse(v.omit(RunEnd, ['truncated']), parsed);
	return end.success ? { ...end.output, truncated } : { status: 'crashed', durationMs: 0, truncated };
}

type Ids = {
	run: Extract<FromFrame, { type: 'run-end' }>['id'];
	call: Extract<FromFrame, { type: 'reply' }>['id'];
};
const asRun = (id: string) => id as Ids['run'];
const asCall = (id: string) => id as Ids['call'];

function finish(done: Task): Task {
	for (const timer of done.timers) clearTimeout(timer);
	task = undefined;
	flag?.fill(0);
	return done;
}

function endRun(end: RunEnd): void {
	if (task === undefined) return;
	const { id, stopping } = finish(task);
	// A cell that swallows the interrupt and then ends by itself was still stopped.
	say({
		type: 'run-end',
		id: asRun(id),
		end: stopping && end.status === 'ok' ? { ...end, status: 'interrupted' } : end
	});
}

/** Ends the interpreter and starts another; what was running is told how it ended, so that no caller waits for ever. */
function replace(why: 'stopped' | 'crashed', message: string): void {
	worker?.terminate();
	wire?.close();
	// Said first: whoever hears that its run ended must already know that nothing can run yet.
	say({ type: 'restarting', why });
	const done = task === undefined ? undefined : finish(task);
	if (done?.kind === 'run') {
		const status = why === 'crashed' ? 'crashed' : 'interrupted';
		say({ type: 'run-end', id: asRun(done.id), end: { status, durationMs: 0, truncated: 0 } });
	}
	if (done?.kind === 'call') {
		say({ type: 'call-failed', id: asCall(done.id), why: why === 'crashed' ? 'crashed' : done.why, message });
	}
	startWorker();
}

/** The ladder: an interrupt, written again and again; then, 400 ms later, the end of the interpreter. */
function stop(why: CallFailure): void {
	if (task === undefined || task.stopping) return;
	task.stopping = true;
	task.why = why;
	const write = (): void => {
		flag?.fill(2);
	};
	write();
	task.timers.push(
		setInterval(write, interruptEveryMs),
		setTimeout(() => replace('stopped', ''), flag === undefined ? 0 : terminateAfterMs)
	);
}

/** The interpreter was lost while this was on its way here. */
function refuse(message: Extract<ToFrame, { type: 'run' | 'call' }>): void {
	if (message.type === 'run') {
		say({ type: 'run-end', id: message.id, end: { status: 'crashed', durationMs: 0, truncated: 0 } });
	} else {
		say({ type: 'call-failed', id: message.id, why: 'crashed', message: '' });
	}
}

async function boot(given: RunnerAssets): Promise<void> {
	const { wasm, ...others } = given;
	try {
		assets = { ...others, module: await WebAssembly.compile(wasm) };
	} catch (error) {
		return say({ type: 'boot-failed', message: String(error) });
	}
	startWorker();
}

addEventListener('message', (event: MessageEvent<unknown>) => {
	if (event.source !== parent) return;
	const parsed = v.safeParse(ToFrame, event.data);
	if (!parsed.success) return;
	const message = parsed.output;
	switch (message.type) {
		case 'boot':
			void boot(message.assets);
			return;
		case 'run':
		case 'call': {
			if (task !== undefined) return;
			if (worker === undefined || !ready) return refuse(message);
			task = { kind: message.type, id: message.id, stopping: false, timers: [], why: 'interrupted' };
			if (message.type === 'run') {
				send({ type: 'run', id: message.id, cellId: message.cellId, code: message.code });
			} else {
				task.timers.push(setTimeout(() => stop('timed-out'), message.timeoutMs));
				send({ type: 'call', id: message.id, method: message.method, params: message.params });
			}
			return;
		}
		case 'interrupt':
			if (task?.id === message.id) stop('interrupted');
			return;
	}
});

say({ type: 'hello' });
