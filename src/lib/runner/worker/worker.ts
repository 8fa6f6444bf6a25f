import { bootInterpreter, type Interpreter } from '../interpreter/boot';
import { limitMemory, makeRoom } from '../interpreter/memory';
import {
	maxDisplayChars,
	maxMessageChars,
	maxOutputChars,
	type TextPart,
	type FromWorker,
	type ToWorker
} from '../protocol';
import { importOf } from './foresee';
import { waiting, type Waiting } from './waiting';

/**
 * The worker that holds the interpreter. It is started by the frame with everything in hand, and has no network: the
 * addresses below are never asked of anyone, `fetch` answers them from memory.
 */
const indexURL = 'https://runner.invalid/';
const stdLibURL = `${indexURL}python_stdlib.zip`;
const maxMemoryBytes = 512 * 1024 * 1024;
/** Each displayed value is laid out by itself, so one run shows this many; the rest is counted with the text that was cut. */
const maxDisplays = 200;

/**
 * Python can put functions of its own into every object of this realm, so nothing that is used after a cell has run is looked
 * up then: a getter on `MessageEvent.prototype` was handed the event, its `target` is the port, and with the port and an id
 * every message could be forged; a `slice` of its own changed the next cell's output.
 */
const { apply } = Reflect;
const { parse, stringify } = JSON;
const PromiseOf = Promise;
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

type Init = Extract<ToWorker, { type: 'init' }>;

export function start(init: Init, port: MessagePort): void {
	// Bound now, before Python could put something else on the prototype.
	const post: Post = port.postMessage.bind(port);
	boot(init, post).then(
		(seat) => {
			listen(seat, port);
			closeRealm();
			post({ type: 'ready', python: seat.python.python, started: seat.python.started });
		},
		(error: unknown) => post({ type: 'boot-failed', message: slice(String(error), 0, maxMessageChars) })
	);
}

/** What a booted worker works with. */
type Seat = {
	python: Interpreter;
	wait: Waiting;
	post: Post;
	/** Written to by the frame; see `listen`. */
	flag: Uint8Array | undefined;
	/** Packages that are not here yet, each with what an import of it looks like. */
	packages: { imports: RegExp; files: string[] }[];
	/** What runs, or `undefined`. */
	job: { id: string; cancelled: boolean } | undefined;
};

async function boot(init: Init, post: Post): Promise<Seat> {
	const snapshot = init.snapshot === undefined ? undefined : new Uint8Array(init.snapshot);
	answerFromMemory(init, snapshot?.byteLength ?? 0);
	limitMemory(maxMemoryBytes);
	keepQuiet();
	const python = await bootInterpreter(
		{ indexURL, stdLibURL, lock: init.lock, archive: unshared(init.archive), snapshot },
		(message) => post({ type: 'fatal', message: slice(message, 0, maxMessageChars) })
	);
	const flag = init.interrupt === undefined ? undefined : new Uint8Array(init.interrupt);
	if (flag !== undefined) python.interruptBy(flag);
	const seat: Seat = {
		python,
		post,
		flag,
		packages: init.packages.map(({ modules, files }) => ({ imports: importOf(modules), files })),
		job: undefined,
		wait: waiting(python.waits, init.line, (prompt, secret) => {
			if (seat.job === undefined) return;
			post({ type: 'input-wanted', id: seat.job.id, prompt: slice(prompt, 0, maxMessageChars), secret });
		})
	};
	python.kernel.set_host(seat.wait.host);
	python.kernel.offer(stringify(init.packages.flatMap(({ modules }) => modules)));
	return seat;
}

/** Where wheels arrive that a job waits for. */
let takeWheels: ((id: string, wheels: { file: string; bytes: ArrayBuffer }[]) => void) | undefined;

function listen(seat: Seat, port: MessagePort): void {
	port.onmessage = (event: MessageEvent<ToWorker>) => {
		if (readData === undefined) return;
		const message = apply(readData, event, []) as Exclude<ToWorker, Init>;
		switch (message.type) {
			case 'run':
			case 'call':
				void work(seat, message);
				return;
			case 'cancel':
				return cancel(seat, message.id);
			case 'input':
				if (seat.job?.id === message.id) seat.wait.answer(message.text);
				return;
			case 'wheels':
				takeWheels?.(message.id, message.wheels);
				return;
			case 'files':
				for (const { name, bytes } of message.files) seat.python.writeFile(name, new Uint8Array(bytes));
				return;
		}
	};
}

async function work(seat: Seat, message: Extract<ToWorker, { type: 'run' | 'call' }>): Promise<void> {
	const job = { id: message.id, cancelled: false };
	seat.job = job;
	// A byte left over from a Stop that came too late would poison this run.
	if (seat.flag !== undefined) seat.flag[0] = 0;
	try {
		await fetchWheels(seat, message.id, message.type === 'run' ? message.code : message.params);
		if (message.type === 'run') await run(seat, message, job);
		else {
			const result = job.cancelled ? '' : seat.python.kernel.call(message.method, message.params);
			seat.job = undefined;
			seat.post({ type: 'reply', id: message.id, result, wear: seat.python.wear() });
		}
	} catch (error) {
		// The kernel answers for whatever a cell does; that it threw means that it is no longer whole. Nobody may be left waiting.
		seat.post({ type: 'fatal', message: slice(String(error), 0, maxMessageChars) });
	}
}

async function run(
	seat: Seat,
	message: Extract<ToWorker, { type: 'run' }>,
	job: { cancelled: boolean }
): Promise<void> {
	const { post } = seat;
	const { id } = message;
	if (job.cancelled) {
		seat.job = undefined;
		const end = '{"status":"interrupted","durationMs":0,"variables":0}';
		return post({ type: 'run-end', id, end, truncated: 0, files: 0, wear: seat.python.wear() });
	}
	let shown = 0;
	let displays = 0;
	let truncated = 0;
	let last: string | undefined;
	const emit = (kind: string, text: string): void => {
		if (kind === 'display' || kind === 'last') {
			displays += 1;
			if (displays > maxDisplays || text.length > maxDisplayChars || shown + text.length > maxOutputChars)
				truncated += text.length;
			else if (kind === 'last') last = text;
			else post({ type: 'display', id, bundle: text });
			shown += text.length;
			return;
		}
		if (kind === 'mixed') return show(partsOf(text));
		if (kind === 'stdout' || kind === 'stderr') show([{ kind, text }]);
	};
	const show = (parts: TextPart[]): void => {
		const kept: TextPart[] = [];
		for (const part of parts) {
			const room = shown < maxOutputChars ? maxOutputChars - shown : 0;
			const start = slice(part.text, 0, room);
			truncated += part.text.length - start.length;
			shown += start.length;
			if (start.length > 0) kept[kept.length] = { kind: part.kind, text: start };
		}
		if (kept.length > 0) post({ type: 'output', id, parts: kept });
	};
	const request = stringify({
		runId: id,
		cellId: message.cellId,
		code: message.code,
		answers: message.answers,
		replay: message.replay
	});
	const end = await seat.python.run(request, emit);
	seat.job = undefined;
	post({
		type: 'run-end',
		id,
		end,
		truncated,
		files: seat.python.ownFiles(),
		wear: seat.python.wear(),
		...(last === undefined ? {} : { last })
	});
}

/** Stop, for a worker that waits. One that computes hears this when it is too late, and then does nothing. */
function cancel(seat: Seat, id: string): void {
	if (seat.job?.id !== id) return;
	seat.job.cancelled = true;
	seat.post({ type: 'cancelling', id });
	takeWheels?.(id, []);
	if (!seat.wait.cancel()) seat.python.kernel.cancel(id);
}

/** Before code runs that imports a package which is not here yet, its wheels are asked for and unpacked. */
async function fetchWheels(seat: Seat, id: string, code: string): Promise<void> {
	const named = seat.packages.filter(({ imports }) => imports.test(code));
	if (named.length === 0) return;
	const arrived = new PromiseOf<{ file: string; bytes: ArrayBuffer }[]>((resolve) => {
		// What a run that was stopped had asked for may come while the next one waits.
		takeWheels = (of, wheels) => {
			if (of === id) resolve(wheels);
		};
	});
	seat.post({ type: 'need', id, files: named.flatMap(({ files }) => files) });
	const wheels = await arrived;
	takeWheels = undefined;
	for (const { bytes } of wheels) seat.python.install(new Uint8Array(bytes));
	const here = new Set(wheels.map(({ file }) => file));
	seat.packages = seat.packages.filter(({ files }) => !files.every((file) => here.has(file)));
}

/** The kernel's list of `[kind, text]`. */
const partsOf = (json: string): TextPart[] =>
	(parse(json) as [TextPart['kind'], string][]).map(([kind, text]) => ({ kind, text }));

const unshared = (bytes: ArrayBufferLike): Uint8Array<ArrayBuffer> => new Uint8Array(bytes).slice();

/** Pyodide's loader asks for its files by address; all of them are here already, one of them compiled. */
function answerFromMemory(init: Init, snapshotBytes: number): void {
	self.fetch = (input) => {
		const address = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
		if (address === stdLibURL) return Promise.resolve(new Response(unshared(init.stdlib)));
		if (address === `${indexURL}pyodide.asm.wasm`) return Promise.resolve(new Response());
		return Promise.reject(new TypeError(`The runner has no network: ${address}`));
	};
	WebAssembly.instantiateStreaming = async (_source, imports) => {
		const instance = await WebAssembly.instantiate(init.wasm, imports);
		makeRoom(instance.exports, snapshotBytes);
		return { module: init.wasm, instance };
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
