import { loadPyodide } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import type { Wear } from '../protocol';
import type { Host } from './host';

/**
 * Starts Python with the kernel in it: the same in the browser's worker, in a Node process, and when the memory snapshot is made.
 * What differs between them (where bytes come from, who is told of what) is handed in.
 */
export type Parts = {
	/** Where Pyodide believes its files to be; in the browser nobody is ever asked for that address. */
	indexURL: string;
	stdLibURL: string;
	/** Pyodide's lock file without packages, as JSON. */
	lock: string;
	/** The kernel and the pure packages that it imports, as one zip. Unpacked only where no snapshot is restored. */
	archive: Uint8Array;
	/** The memory of an interpreter that already holds the kernel; may be in shared memory. */
	snapshot?: Uint8Array | undefined;
};

type Emit = (kind: string, text: string) => void;
/** A coroutine of Python's: awaited like a promise, and freed by hand. */
type Coroutine = Promise<string> & { destroy(): void };

/** Functions of `procoder.bridge`. All text is JSON. */
export type Kernel = {
	/** Facts, explanations, verdicts… `{"ok": true, "result"}` or `{"ok": false, "error": {"type", "message"}}`. Never throws. */
	call(method: string, params: string): string;
	run(request: string, emit: Emit): Coroutine;
	/** Only where Python can wait for a promise: most cells end here, and for the others it gives nothing. */
	start: { callPromising(request: string, emit: Emit): Promise<string | undefined> };
	/** What `start` has not finished. */
	unfinished(): Coroutine;
	/** Ends the run of that id where it waits. */
	cancel(runId: string): boolean;
	/** Who answers `input()` and `time.sleep()`. */
	set_host(host: Host): void;
	/** A JSON list of the modules that can be had when a cell is seen to import them. */
	offer(modules: string): void;
	/** Undoes what a snapshot froze (chance above all), and makes Python fit for learners. */
	awake(options: string): void;
	/** Imports whatever would be imported later, so that a snapshot holds it. */
	prepare(): void;
};

export type Interpreter = {
	kernel: Kernel;
	/** `Python 3.14.2` */
	python: string;
	started: 'snapshot' | 'plain';
	/** Whether Python can wait for a promise in the middle of ordinary code (JSPI). */
	waits: boolean;
	/** Runs a cell; the kernel's JSON. */
	run(request: string, emit: Emit): Promise<string>;
	/** Makes a byte in shared memory the interrupt: 2 written to it raises KeyboardInterrupt. */
	interruptBy(flag: Uint8Array): void;
	/** Unpacks a wheel; its modules can be imported from then on. */
	install(wheel: Uint8Array): void;
	/** Puts a file into the home directory, where cells find it by its name. */
	writeFile(name: string, bytes: Uint8Array): void;
	/** How many files and folders cells have made in the home directory. */
	ownFiles(): number;
	wear(): Wear;
};

/**
 * The depth at which Python says RecursionError. Entered with a stack of its own, 600 lets every shape of runaway recursion but a
 * deep `repr` become an error; Python's own 1000 kills the interpreter for several of them.
 */
const recursionLimit = 500;
const home = '/home/student';
const packagesFolder = '/lib/procoder-packages';
const archiveFolder = '/lib/procoder-kernel';

/**
 * Rejects only where a plain boot fails too: a snapshot that does not fit (another build, half a file) costs its advantage, no more,
 * also where it kills the interpreter that is made of it. `onFatal` hears of one that has booted and is beyond use by then; no promise
 * of it settles afterwards.
 */
export async function bootInterpreter(
	parts: Parts,
	onFatal: (message: string) => void
): Promise<Interpreter> {
	if (parts.snapshot !== undefined) {
		try {
			return await bootOrDie(parts, parts.snapshot, onFatal);
		} catch {
			// Falls through to the plain boot.
		}
	}
	return bootOrDie(parts, undefined, onFatal);
}

/** Boots, and rejects where that kills the interpreter: what it had been asked would never be answered. */
async function bootOrDie(
	parts: Parts,
	snapshot: Uint8Array | undefined,
	onFatal: (message: string) => void
): Promise<Interpreter> {
	let tell: (message: string) => void = () => undefined;
	const died = new Promise<never>((_resolve, reject) => {
		tell = (message) => reject(new Error(message));
	});
	const booted = await Promise.race([boot(parts, snapshot, (message) => tell(message)), died]);
	tell = onFatal;
	return booted;
}

type Pyodide = Awaited<ReturnType<typeof loadPyodide>>;
type FileSystem = {
	mkdirTree(path: string): void;
	writeFile(path: string, data: Uint8Array): void;
	readdir(path: string): string[];
};

async function boot(
	parts: Parts,
	snapshot: Uint8Array | undefined,
	onFatal: (message: string) => void
): Promise<Interpreter> {
	const undoDecoder = snapshot === undefined ? undefined : decodeSharedMemory();
	let pyodide: Pyodide;
	try {
		pyodide = await loadPyodide({
			...options(parts),
			...(snapshot === undefined ? {} : { _loadSnapshot: snapshot })
		});
	} finally {
		undoDecoder?.();
	}
	hearOfDeath(pyodide, onFatal);
	if (snapshot === undefined) unpackKernel(pyodide, parts.archive);
	const kernel = pyodide.pyimport('procoder.bridge') as unknown as Kernel;
	kernel.awake(JSON.stringify({ recursionLimit }));
	const waits = (await pyodide.runPythonAsync(
		'from pyodide.ffi import can_run_sync\ncan_run_sync()'
	)) as unknown;
	const python = String(pyodide.runPython("import platform; 'Python ' + platform.python_version()"));
	const files = pyodide.FS as FileSystem;
	const freshStack = stackTop(pyodide);
	const given = new Set(['.', '..']);
	return {
		kernel,
		python,
		started: snapshot === undefined ? 'plain' : 'snapshot',
		waits: waits === true,
		run: runningIn(kernel, waits === true),
		interruptBy: (flag) => pyodide.setInterruptBuffer(flag),
		install(wheel) {
			// Named: without a folder a wheel is unpacked where the student's own files are.
			pyodide.unpackArchive(wheel, 'wheel', { extractDir: packagesFolder });
			pyodide.runPython(
				`import sys, importlib\nif '${packagesFolder}' not in sys.path: sys.path.append('${packagesFolder}')\nimportlib.invalidate_caches()`
			);
		},
		writeFile(name, bytes) {
			const target = `${home}/${name}`;
			files.mkdirTree(target.slice(0, target.lastIndexOf('/')));
			files.writeFile(target, bytes);
			given.add(name.split('/')[0] ?? name);
		},
		ownFiles() {
			try {
				return files.readdir(home).filter((name) => !given.has(name)).length;
			} catch {
				// A cell may have removed the folder itself.
				return 0;
			}
		},
		wear: () => wearOf(pyodide, freshStack)
	};
}

/** How cells are run. Bound here, before one of them could put something else in its place. */
export function runningIn(
	kernel: Pick<Kernel, 'run' | 'start' | 'unfinished'>,
	waits: boolean
): Interpreter['run'] {
	if (!waits) return (request, emit) => settled(kernel.run(request, emit));
	const { start } = kernel;
	const enter = start.callPromising.bind(start);
	return async (request, emit) => (await enter(request, emit)) ?? settled(kernel.unfinished());
}

async function settled(running: Coroutine): Promise<string> {
	try {
		return await running;
	} finally {
		running.destroy();
	}
}

/** The memory of a freshly booted interpreter with the kernel in it; about 45 MB. `hashSeed` decides the order of sets of texts. */
export async function makeSnapshot(parts: Parts, hashSeed: number): Promise<Uint8Array> {
	const shared = options(parts);
	const pyodide = await loadPyodide({
		...shared,
		env: { ...shared.env, PYTHONHASHSEED: String(hashSeed) },
		_makeSnapshot: true
	});
	unpackKernel(pyodide, parts.archive);
	const kernel = pyodide.pyimport('procoder.bridge') as unknown as Kernel & { destroy(): void };
	kernel.prepare();
	// A snapshot may hold no proxy of Python's that JavaScript still has.
	kernel.destroy();
	return pyodide.makeMemorySnapshot();
}

const options = (parts: Parts) => ({
	indexURL: parts.indexURL,
	stdLibURL: parts.stdLibURL,
	lockFileContents: parts.lock,
	packageBaseUrl: parts.indexURL,
	createPyodideModule,
	env: { HOME: home }
});

function unpackKernel(pyodide: Pyodide, archive: Uint8Array): void {
	pyodide.unpackArchive(archive, 'zip', { extractDir: archiveFolder });
	pyodide.runPython(`import sys\nsys.path.insert(0, '${archiveFolder}')`);
}

/** A snapshot's first bytes are JSON, and no browser decodes text out of shared memory: it gets a copy. Returns the way back. */
function decodeSharedMemory(): () => void {
	// eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the decoder that it was asked of
	const decode = TextDecoder.prototype.decode;
	TextDecoder.prototype.decode = function (input, how) {
		const isShared =
			input instanceof Uint8Array &&
			// The name `SharedArrayBuffer` is missing in a worker of a `data:` address, even where such a buffer arrives.
			Object.prototype.toString.call(input.buffer) === '[object SharedArrayBuffer]';
		return decode.call(this, isShared ? input.slice() : input, how);
	};
	return () => {
		TextDecoder.prototype.decode = decode;
	};
}

/** After a fatal error no promise of this interpreter ever settles, so it must be told of, not waited for. */
function hearOfDeath(pyodide: Pyodide, tell: (message: string) => void): void {
	const api: unknown = Reflect.get(pyodide, '_api');
	if (typeof api === 'object' && api !== null) {
		Reflect.set(api, 'on_fatal', (error: unknown) => tell(String(error)));
	}
}

type Module = { stackSave(): number; HEAP8: Int8Array };
const moduleOf = (pyodide: Pyodide): Module => Reflect.get(pyodide, '_module') as Module;
const stackTop = (pyodide: Pyodide): number => moduleOf(pyodide).stackSave();

const megabyte = 1024 * 1024;
/** Of the 10 MB of stack, errors thrown through C leave some behind (pyodide#5987). */
const wornStack = 1 * megabyte;
const spentStack = 5 * megabyte;
/** The heap never shrinks: what a big run needed, this interpreter holds until it ends. */
const wornHeap = 200 * megabyte;
const spentHeap = 400 * megabyte;

function wearOf(pyodide: Pyodide, freshStack: number): Wear {
	const stack = freshStack - stackTop(pyodide);
	const heap = moduleOf(pyodide).HEAP8.length;
	if (heap >= spentHeap) return 'memory';
	if (stack >= spentStack) return 'spent';
	return heap >= wornHeap || stack >= wornStack ? 'worn' : 'fresh';
}
