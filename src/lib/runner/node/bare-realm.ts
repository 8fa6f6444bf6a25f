import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';
import vm from 'node:vm';

/**
 * The first thing that the child process evaluates: it takes what it needs of Node and then makes the realm look like a browser's
 * worker. Pyodide then never learns that it is in Node, so nothing of its keeps `fs`, `require`, `child_process` or a way to the
 * host's files; and what Python finds through `js` has no `process`.
 *
 * This is the second fence. The first one is around the process: its permissions, its user, its limits (`launch.ts`).
 */

/** Requests, one JSON text a line. */
export const requests = process.stdin;

/**
 * Says one line to the parent, and returns when it has been taken. Synchronous: a busy Python lets no event loop turn. Where the pipe
 * is full, because the parent has other things to do, it waits: a lost line would be the learner's output.
 */
export const say = makeSay(1);

function makeSay(fd: number): (line: string) => void {
	const { writeSync } = fs;
	const encode = Buffer.from.bind(Buffer);
	const pause = new Int32Array(new SharedArrayBuffer(4));
	const { wait } = Atomics;
	const write = (bytes: Uint8Array, from: number): number => {
		try {
			return writeSync(fd, bytes, from, bytes.length - from);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
			wait(pause, 0, 0, 1);
			return 0;
		}
	};
	return (line) => {
		const bytes = encode(`${line}\n`);
		for (let at = 0; at < bytes.length; at += write(bytes, at));
	};
}

/** A file that the parent handed over, from its start whatever was read of it before: its offset is shared with other children. */
export function readHandedOver(fd: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(fs.fstatSync(fd).size);
	let at = 0;
	while (at < bytes.length) {
		const read = fs.readSync(fd, bytes, at, bytes.length - at, at);
		if (read === 0) throw new Error('A file of the runner is cut short.');
		at += read;
	}
	fs.closeSync(fd);
	return bytes;
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
	new Uint8Array(Buffer.from(text, 'base64'));

export const leave: () => never = process.exit.bind(process, 0);

/** From now on nothing can be imported: `import('node:fs')` and `import('data:…')` need no file, so no permission stops them. */
export function closeImports(): void {
	registerHooks({
		resolve(name) {
			throw new Error(`Nothing can be imported here: ${name}`);
		}
	});
}

/** Browsers' names that Pyodide or the worker use, and that lead to nothing but themselves. */
const kept = new Set([
	...['URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'AbortController', 'AbortSignal'],
	...['Event', 'EventTarget', 'DOMException', 'performance', 'crypto', 'structuredClone', 'atob', 'btoa'],
	...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'],
	'queueMicrotask'
]);

/** What can do harm on another process or outside of this one, should somebody find the hidden `process` after all. */
const harmful = [
	...[
		'kill',
		'_kill',
		'_debugProcess',
		'_debugEnd',
		'execve',
		'abort',
		'dlopen',
		'binding',
		'_linkedBinding'
	],
	...['getBuiltinModule', 'loadEnvFile', 'chdir', 'umask', 'report', 'mainModule', '_preload_modules', 'env'],
	...['setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups', '_getActiveHandles'],
	...['_getActiveRequests', 'openStdin', 'stdin', 'stdout', 'stderr']
];

class MessageEvent {
	readonly #data: unknown;
	constructor(_type: string, init: { data: unknown }) {
		this.#data = init.data;
	}
	get data(): unknown {
		return this.#data;
	}
}

/** Holds bytes; Node's own would load its whole HTTP client. */
class Response {
	readonly ok = true;
	readonly #bytes: Uint8Array | undefined;
	constructor(bytes?: Uint8Array) {
		this.#bytes = bytes;
	}
	arrayBuffer(): Promise<ArrayBufferLike> {
		return Promise.resolve((this.#bytes ?? new Uint8Array()).buffer);
	}
}

const nothing = (): undefined => undefined;
const workerNames = {
	self: globalThis,
	location: new URL('https://runner.invalid/'),
	addEventListener: nothing,
	fetch: () => Promise.reject(new TypeError('The runner has no network.')),
	// Node's own has its streams hanging on it.
	console: { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing, trace: nothing },
	MessageEvent,
	MessagePort: function () {},
	Response,
	WorkerGlobalScope: Object.defineProperty(() => undefined, Symbol.hasInstance, { value: () => true })
};

// A cell's late error is nobody's business here, as in a browser; Node would end the process.
process.on('uncaughtException', nothing);
process.on('unhandledRejection', nothing);

const language = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]);
for (const name of Object.getOwnPropertyNames(globalThis)) {
	if (!language.has(name) && !kept.has(name)) Reflect.deleteProperty(globalThis, name);
}
for (const name of harmful) Reflect.deleteProperty(process, name);
for (const [name, value] of Object.entries(workerNames)) {
	Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
