import * as v from 'valibot';
import { newRunId } from '$lib/domain/ids';
import { FromWorker, type RunnerAssets, type ToWorker } from '$lib/runner/protocol';
import { cellId } from './cell';

export type Bare = { run(code: string): Promise<void> };

const starter = (address: string): string => `import { start } from '${address}';
self.onmessage = ({ data }) => { self.onmessage = null; start(data.init, data.port); };`;

const addressOf = (code: string): string =>
	URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));

/** Pyodide in a worker of the page itself: the shortest way there is, one message there and one back, no frame, no queue. */
export async function openBare(assets: RunnerAssets): Promise<Bare> {
	const worker = new Worker(addressOf(starter(addressOf(assets.worker))), { type: 'module' });
	const { port1: port, port2: far } = new MessageChannel();
	const { lock } = assets;
	const init: ToWorker = {
		type: 'init',
		wasm: await WebAssembly.compile(await assets.wasm.arrayBuffer()),
		stdlib: await assets.stdlib.arrayBuffer(),
		archive: await assets.archive.arrayBuffer(),
		snapshot: undefined,
		lock,
		packages: [],
		interrupt: undefined,
		line: undefined
	};
	await new Promise<void>((resolve, reject) => {
		port.onmessage = (event: MessageEvent<unknown>) => {
			const message = v.parse(FromWorker, event.data);
			if (message.type === 'ready') resolve();
			else reject(new Error(`The bare worker said ${message.type}.`));
		};
		worker.onerror = (event) => reject(new Error(event.message));
		worker.postMessage({ init, port: far }, [far]);
	});
	return {
		run: (code) =>
			new Promise((resolve) => {
				port.onmessage = () => resolve();
				const message: ToWorker = {
					type: 'run',
					id: newRunId(),
					cellId,
					code,
					answers: [],
					replay: false
				};
				port.postMessage(message);
			})
	};
}
