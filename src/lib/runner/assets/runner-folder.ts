import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runnerFolderIndex, type RunnerFolder } from '../node/files.ts';
import { bundle, runnerFiles } from './plugin.ts';

/**
 * Writes everything that a runner in Node starts from into one folder (about 90 MB), so that it needs neither the sources nor
 * `node_modules`. The index comes last: a folder that has one is whole.
 */
export async function writeRunnerFolder(root: string, folder: string): Promise<void> {
	const files = await runnerFiles(root);
	const { code: child } = await bundle(root, path.join(root, 'src/lib/runner/node/child.ts'), 'es');
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const copies = {
		wasm: files.wasm,
		stdlib: files.stdlib,
		archive: files.archive.path,
		usual: files.usual.path,
		other: files.other.path
	};
	const packages = files.onDemand;
	const wheels = new Set(packages.flatMap((one) => one.files));
	await Promise.all([
		...Object.values(copies).map((from) => copyFile(from, path.join(folder, path.basename(from)))),
		...[...wheels].map((file) => copyFile(path.join(root, 'vendor/python', file), path.join(folder, file))),
		writeFile(path.join(folder, 'child.mjs'), child),
		writeFile(path.join(folder, 'lock.json'), files.lock)
	]);
	const index: RunnerFolder = {
		kernelHash: files.kernelHash,
		child: 'child.mjs',
		wasm: path.basename(copies.wasm),
		stdlib: path.basename(copies.stdlib),
		lock: 'lock.json',
		archive: path.basename(copies.archive),
		snapshots: { usual: path.basename(copies.usual), other: path.basename(copies.other) },
		packages
	};
	const half = path.join(folder, `${runnerFolderIndex}.half`);
	await writeFile(half, JSON.stringify(index));
	await rename(half, path.join(folder, runnerFolderIndex));
}
