import * as v from 'valibot';
import stdlibAddress from 'pyodide/python_stdlib.zip?url';
import wasmAddress from 'pyodide/pyodide.asm.wasm?url';
import kernelAddress from 'virtual:procoder-runner/kernel';
import workerAddress, { lock } from 'virtual:procoder-runner/worker';
import type { RunnerAssets } from '../protocol';

export { kernelHash } from 'virtual:procoder-runner/kernel';

/**
 * Fetches what a frame needs, through the page's ordinary HTTP cache: a frame of opaque origin would fetch everything anew at
 * each boot. Rejects with the address that could not be had.
 */
export async function fetchAssets(signal: AbortSignal): Promise<RunnerAssets> {
	const [worker, wasm, stdlib, kernel] = await Promise.all([
		fetchPart(workerAddress, signal).then(async (response) => v.parse(v.string(), await response.json())),
		fetchPart(wasmAddress, signal).then((response) => response.arrayBuffer()),
		fetchPart(stdlibAddress, signal).then((response) => response.arrayBuffer()),
		fetchPart(kernelAddress, signal).then((response) => response.arrayBuffer())
	]);
	return { worker, wasm, stdlib, kernel, lock };
}

/** A second set for a second frame: what is transferred is gone from here. */
export function copyAssets(assets: RunnerAssets): RunnerAssets {
	return {
		...assets,
		wasm: assets.wasm.slice(0),
		stdlib: assets.stdlib.slice(0),
		kernel: assets.kernel.slice(0)
	};
}

async function fetchPart(address: string, signal: AbortSignal): Promise<Response> {
	const response = await fetch(address, { signal });
	if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
	return response;
}
