import { loadPyodide } from 'pyodide';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import type { FromWorker, ToWorker } from '$lib/runner/protocol';

/**
 * What the runner is compared with: Pyodide as its own documentation starts it, with nothing of ours in it but the hand-over (a frame
 * without network has no other way) and the protocol, so that the same frame can start it.
 */
const indexURL = 'https://runner.invalid/';
const stdLibURL = `${indexURL}python_stdlib.zip`;

type Init = Extract<ToWorker, { type: 'init' }>;

export function start(init: Init, port: MessagePort): void {
	const post = (message: FromWorker): void => port.postMessage(message);
	boot(init, port, post).catch((error: unknown) =>
		post({ type: 'boot-failed', message: String(error).slice(0, 10_000) })
	);
}

async function boot(init: Init, port: MessagePort, post: (message: FromWorker) => void): Promise<void> {
	self.fetch = (input) => {
		const address = input instanceof Request ? input.url : String(input);
		if (address === stdLibURL) return Promise.resolve(new Response(new Uint8Array(init.stdlib).slice()));
		if (address === `${indexURL}pyodide.asm.wasm`) return Promise.resolve(new Response());
		return Promise.reject(new TypeError(`The runner has no network: ${address}`));
	};
	WebAssembly.instantiateStreaming = async (_source, imports) => ({
		module: init.wasm,
		instance: await WebAssembly.instantiate(init.wasm, imports)
	});
	const pyodide = await loadPyodide({
		indexURL,
		stdLibURL,
		lockFileContents: init.lock,
		packageBaseUrl: indexURL,
		createPyodideModule
	});
	port.onmessage = (event: MessageEvent<ToWorker>) => {
		const message = event.data;
		if (message.type !== 'run') return;
		void pyodide.runPythonAsync(message.code).then((result: unknown) => {
			const end = JSON.stringify({ status: 'ok', durationMs: 0, result: String(result) });
			post({ type: 'run-end', id: message.id, end, truncated: 0, files: 0, wear: 'fresh' });
		});
	};
	post({ type: 'ready', python: 'Python', started: 'plain' });
}
