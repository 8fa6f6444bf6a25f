import * as v from 'valibot';
import stdlibAddress from 'pyodide/python_stdlib.zip?url';
import wasmAddress from 'pyodide/pyodide.asm.wasm?url';
import { archiveAddress, packages, sizes, snapshots, wheels } from 'virtual:procoder-runner/python';
import workerAddress, { lock } from 'virtual:procoder-runner/worker';
import type { RunnerAssets } from '../protocol';

export { kernelHash } from 'virtual:procoder-runner/kernel';

/**
 * Fetches what a frame needs, through the page's ordinary HTTP cache: a frame of opaque origin would fetch everything anew at
 * each boot. `hashes` chooses the snapshot: `other` was made with other hashes, so sets of texts are in another order there.
 * `progress` hears of bytes as they arrive, of how many. Rejects with the address that could not be had; only the snapshot may be
 * missing, which makes the start slow and nothing else.
 */
export async function fetchAssets(
	hashes: 'usual' | 'other',
	progress: (loaded: number, total: number) => void,
	signal: AbortSignal
): Promise<RunnerAssets> {
	const total = sizes.wasm + sizes.stdlib + sizes.archive + sizes[hashes];
	let loaded = 0;
	const arrived = (bytes: number): void => {
		loaded += bytes;
		progress(Math.min(loaded, total), total);
	};
	const [worker, wasm, stdlib, archive, snapshot] = await Promise.all([
		fetchPart(workerAddress, signal).then(async (response) => v.parse(v.string(), await response.json())),
		fetchBlob(wasmAddress, sizes.wasm, arrived, signal),
		fetchBlob(stdlibAddress, sizes.stdlib, arrived, signal),
		fetchBlob(archiveAddress, sizes.archive, arrived, signal),
		fetchBlob(snapshots[hashes], sizes[hashes], arrived, signal).catch(() => undefined)
	]);
	signal.throwIfAborted();
	return { worker, wasm, stdlib, archive, lock, packages, ...(snapshot === undefined ? {} : { snapshot }) };
}

/** A wheel by its file name. Rejects for one that is not shipped. */
export async function fetchWheel(file: string, signal: AbortSignal): Promise<ArrayBuffer> {
	const address = wheels[file];
	if (address === undefined) throw new Error(`There is no wheel named ${file}.`);
	return (await fetchPart(address, signal)).arrayBuffer();
}

async function fetchPart(address: string, signal: AbortSignal): Promise<Response> {
	const response = await fetch(address, { signal });
	if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
	return response;
}

/**
 * `size` is known from the build: `Content-Length` counts compressed bytes, what arrives is not compressed any more. A Blob is handed
 * over by reference: to copy the bytes for a frame's process stopped the page for a tenth of a second, half a one on a phone.
 */
async function fetchBlob(
	address: string,
	size: number,
	arrived: (bytes: number) => void,
	signal: AbortSignal
): Promise<Blob> {
	const response = await fetchPart(address, signal);
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	let at = 0;
	for await (const chunk of chunksOf(response)) {
		if (at + chunk.byteLength > size) throw new Error(`${address} is longer than it was when it was built.`);
		chunks.push(chunk);
		at += chunk.byteLength;
		arrived(chunk.byteLength);
	}
	if (at < size) throw new Error(`${address} ended early.`);
	return new Blob(chunks);
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	const reader = response.body?.getReader();
	if (reader === undefined) return;
	for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}
