import { loadPyodide } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import { maxMessageChars, maxOutputChars, type FromWorker, type ToWorker } from '../protocol';

/**
 * The worker that holds the interpreter. It is started by the frame with everything in hand, and has no network: the
 * addresses below are never asked of anyone, `fetch` answers them from memory.
 */
const home = 'https://runner.invalid/';
/** More memory than this is a MemoryError instead of a dead tab: 4 GB took 10 s to fail, 512 MB takes a quarter of one. */
const maxMemoryBytes = 512 * 1024 * 1024;
const pageBytes = 65_536;
/**
 * The depth at which Python says RecursionError. Entered through `async`, 600 lets every shape of runaway recursion but a
 * deep `repr` become an error; Python's own 1000 kills the interpreter for several of them.
 */
const recursionLimit = 500;

/**
 * Python can put functions of its own into every object of this realm, so nothing that is used after a cell has run is looked
 * up then: a getter on `MessageEvent.prototype` was handed the event, its `target` is the port, and with the port and an id
 * every message could be forged; a `slice` of its own changed the next cell's output.
 */
const { apply } = Reflect;
const { stringify } = JSON;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called by `apply` with what it is asked of
const sliceOf = String.prototype.slice;
const slice = (text: string, from: number, to: number): string => apply(sliceOf, text, [from, to]);
// eslint-disable-next-line @typescript-eslint/unbound-method -- the same
const readData = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get;

/** What libraries use on our behalf cannot be captured, so it is made unchangeable before the first cell. */
function closeRealm(): void {
	for (const owner of [
		JSON,
		Math,
		Reflect,
		String.prototype,
		Event.prototype,
		EventTarget.prototype,
		MessageEvent.prototype,
		MessagePort.prototype
	])
		Object.freeze(owner);
	// Frozen, it would forbid every object a `toString` of its own; closed, it takes no `toJSON` for all of them.
	Object.preventExtensions(Object.prototype);
}

/**
 * Everything is said through a port that only this module holds. Python can reach the worker's global scope, so it could post to
 * the frame or listen in there; it cannot reach a variable of a module.
 */
type Post = (message: FromWorker) => void;

type Kernel = {
	call(method: string, params: string): string;
	/** A coroutine of Python's: awaited like a promise, and freed by hand. */
	run(
		request: string,
		emit: (kind: string, text: string) => void
	): Promise<string> & { destroy?: () => void };
};

export function start(init: Extract<ToWorker, { type: 'init' }>, port: MessagePort): void {
	// Bound now, before Python could put something else on the prototype.
	const post: Post = port.postMessage.bind(port);
	boot(init, post).then(
		({ kernel, python }) => {
			listen(kernel, port, post, init.interrupt);
			closeRealm();
			post({ type: 'ready', python });
		},
		(error: unknown) => post({ type: 'boot-failed', message: slice(String(error), 0, maxMessageChars) })
	);
}

async function boot(
	init: Extract<ToWorker, { type: 'init' }>,
	post: Post
): Promise<{ kernel: Kernel; python: string }> {
	answerFromMemory(init);
	capMemory();
	keepQuiet();
	const pyodide = await loadPyodide({
		indexURL: home,
		stdLibURL: `${home}python_stdlib.zip`,
		lockFileContents: init.lock,
		packageBaseUrl: home,
		createPyodideModule,
		env: { HOME: '/home/student' }
	});
	onFatal(pyodide, (message) => post({ type: 'fatal', message }));
	pyodide.unpackArchive(new Uint8Array(init.kernel), 'zip', { extractDir: '/lib/procoder-kernel' });
	pyodide.runPython(
		`import sys\nsys.path.insert(0, '/lib/procoder-kernel')\nsys.setrecursionlimit(${recursionLimit})`
	);
	if (init.interrupt !== undefined) pyodide.setInterruptBuffer(new Uint8Array(init.interrupt));
	const kernel = pyodide.pyimport('procoder.bridge') as unknown as Kernel;
	const python = String(pyodide.runPython("import platform; 'Python ' + platform.python_version()"));
	return { kernel, python };
}

function listen(
	kernel: Kernel,
	port: MessagePort,
	post: Post,
	interrupt: SharedArrayBuffer | undefined
): void {
	const flag = interrupt === undefined ? undefined : new Uint8Array(interrupt);
	port.onmessage = async (event: MessageEvent<ToWorker>) => {
		if (readData === undefined) return;
		const message = apply(readData, event, []) as ToWorker;
		// A byte left over from a Stop that came too late would poison this run.
		if (flag !== undefined) flag[0] = 0;
		try {
			if (message.type === 'run') await run(kernel, post, message);
			if (message.type === 'call') {
				post({ type: 'reply', id: message.id, result: kernel.call(message.method, message.params) });
			}
		} catch (error) {
			// The kernel answers for whatever a cell does; that it threw means that it is no longer whole. Nobody may be left waiting.
			post({ type: 'fatal', message: slice(String(error), 0, maxMessageChars) });
		}
	};
}

async function run(kernel: Kernel, post: Post, message: Extract<ToWorker, { type: 'run' }>): Promise<void> {
	let shown = 0;
	let truncated = 0;
	const emit = (kind: string, text: string): void => {
		if (kind !== 'stdout' && kind !== 'stderr' && kind !== 'display') return;
		const room = maxOutputChars - shown;
		const kept = slice(text, 0, room);
		truncated += text.length - kept.length;
		shown += kept.length;
		for (let at = 0; at < kept.length; at += maxMessageChars) {
			post({ type: 'output', id: message.id, kind, text: slice(kept, at, at + maxMessageChars) });
		}
	};
	const request = stringify({ runId: message.id, cellId: message.cellId, code: message.code });
	const running = kernel.run(request, emit);
	try {
		post({ type: 'run-end', id: message.id, end: await running, truncated });
	} finally {
		running.destroy?.();
	}
}

/** Pyodide's loader asks for its files by address; all of them are here already, one of them compiled. */
function answerFromMemory(init: Extract<ToWorker, { type: 'init' }>): void {
	const stdlib = new Uint8Array(init.stdlib);
	self.fetch = (input) => {
		const address = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
		if (address === `${home}python_stdlib.zip`) return Promise.resolve(new Response(stdlib));
		if (address === `${home}pyodide.asm.wasm`) return Promise.resolve(new Response());
		return Promise.reject(new TypeError(`The runner has no network: ${address}`));
	};
	WebAssembly.instantiateStreaming = async (_source, imports) => ({
		module: init.wasm,
		instance: await WebAssembly.instantiate(init.wasm, imports)
	});
}

function capMemory(): void {
	// eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the memory that it was asked of
	const grow = WebAssembly.Memory.prototype.grow;
	WebAssembly.Memory.prototype.grow = function (delta: number) {
		if (this.buffer.byteLength + delta * pageBytes > maxMemoryBytes) {
			throw new RangeError('The runner gives Python 512 MB.');
		}
		return grow.call(this, delta);
	};
}

/**
 * Pyodide reports its own death on the console, and a dead interpreter's promises reject unheard. Both are told to the page as
 * `fatal`; the page's console is not the place where student code may write.
 */
function keepQuiet(): void {
	const silent = (): undefined => undefined;
	Object.assign(self.console, {
		log: silent,
		info: silent,
		warn: silent,
		error: silent,
		debug: silent,
		trace: silent
	});
	self.addEventListener('unhandledrejection', (event) => event.preventDefault());
}

/** After a fatal error no promise of this interpreter ever settles, so it must be told of, not waited for. */
function onFatal(pyodide: object, tell: (message: string) => void): void {
	const api: unknown = Reflect.get(pyodide, '_api');
	if (typeof api === 'object' && api !== null) {
		Reflect.set(api, 'on_fatal', (error: unknown) => tell(slice(String(error), 0, maxMessageChars)));
	}
}
