import { closeImports, fromBase64, leave, readHandedOver, requests, say } from './bare-realm';
import { start } from '../worker/worker';
import type { FromWorker, ToWorker } from '../protocol';
import type { ToChild } from './wire';

/**
 * The child process: the browser's worker, with lines of JSON where that has a port. It has no way to files or to the network; what
 * it needs was opened by its parent and is read before Python starts.
 */
const { parse, stringify } = JSON;
const MessageEventOf = MessageEvent;

/** What the worker takes for its port. */
const port = {
	onmessage: undefined as ((event: MessageEvent<ToWorker>) => void) | undefined,
	postMessage(message: FromWorker): void {
		if (message.type === 'need') return handOver(message.id, message.files);
		if (message.type === 'ready') closeImports();
		say(stringify(message));
	}
};

function deliver(data: ToWorker): void {
	port.onmessage?.(new MessageEventOf('message', { data }));
}

let wheels: Record<string, Uint8Array<ArrayBuffer>> = {};

function handOver(id: string, files: string[]): void {
	const found: { file: string; bytes: ArrayBuffer }[] = [];
	for (const file of files) {
		const bytes = wheels[file];
		if (bytes !== undefined) found[found.length] = { file, bytes: bytes.buffer };
	}
	deliver({ type: 'wheels', id, wheels: found });
}

async function boot({ files, packages, ...order }: Extract<ToChild, { type: 'boot' }>): Promise<void> {
	const bytes = (fd: number): ArrayBuffer => readHandedOver(fd).buffer;
	const wasm = await WebAssembly.compile(bytes(files.wasm));
	wheels = Object.fromEntries(Object.entries(order.wheels).map(([file, fd]) => [file, readHandedOver(fd)]));
	const init: Extract<ToWorker, { type: 'init' }> = {
		type: 'init',
		wasm,
		stdlib: bytes(files.stdlib),
		archive: bytes(files.archive),
		snapshot: files.snapshot === undefined ? undefined : bytes(files.snapshot),
		lock: new TextDecoder().decode(readHandedOver(files.lock)),
		packages,
		// Nobody could write there: this process has one thread, and ends where it does not stop.
		interrupt: undefined,
		line: undefined
	};
	// The worker uses two members of its port, and both are here.
	start(init, port as unknown as MessagePort);
}

function take(line: string): void {
	const message = parse(line) as ToChild;
	if (message.type === 'boot') {
		boot(message).catch((error: unknown) => say(stringify({ type: 'boot-failed', message: String(error) })));
	} else if (message.type === 'data') {
		deliver({
			type: 'files',
			files: message.files.map(({ name, base64 }) => ({ name, bytes: fromBase64(base64).buffer }))
		});
	} else deliver(message);
}

let rest = '';
requests.setEncoding('utf8');
requests.on('data', (chunk: string) => {
	rest += chunk;
	for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
		const line = rest.slice(0, end);
		rest = rest.slice(end + 1);
		take(line);
	}
});
// The parent is gone, or has no more use for this child.
requests.on('end', leave);
requests.on('error', leave);
