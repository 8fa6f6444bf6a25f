import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { RunnerFolder, runnerFolderIndex } from '$lib/runner/node/files';
import { ok, size, warning, type Check } from './check';
import type { Pyodide } from './versions';

const named = { section: 'python', name: 'snapshot' } as const;
const slow = 'Python starts the plain way, which is slow';
const again = 'Build again: npm run build.';

/** What a snapshot only fits if it is the very same, by the names in the build and in the package. */
const parts = { wasm: 'pyodide.asm.wasm', stdlib: 'python_stdlib.zip' } as const;

/**
 * Whether the build has the memory that Python starts from, and whether it is of the Pyodide that is installed. The folder
 * for runners in Node is looked at: the pages are given the same snapshots.
 */
export async function checkSnapshot(projectRoot: string, installed: Pyodide | undefined): Promise<Check> {
	const folder = path.join(projectRoot, 'build', 'runner');
	const index = await readIndex(path.join(folder, runnerFolderIndex));
	if (index === undefined) {
		const file = path.join(folder, runnerFolderIndex);
		return warning(
			named,
			`The build has no memory snapshot (${file} is missing, or not whole): ${slow}.`,
			again,
			{ found: false }
		);
	}
	const bytes = await sizeOf(path.join(folder, index.snapshots.usual));
	const facts = { found: bytes > 0, bytes, kernel: index.kernelHash, fits: false };
	if (bytes === 0) {
		return warning(
			named,
			`The memory snapshot ${index.snapshots.usual} is not in ${folder}: ${slow}.`,
			again,
			facts
		);
	}
	// That nothing is installed is told with the versions.
	if (installed === undefined)
		return warning(named, 'No Pyodide is installed that the snapshot could fit.', again, facts);
	for (const [part, name] of Object.entries(parts) as [keyof typeof parts, string][]) {
		const ours = await hashOf(path.join(folder, index[part]));
		if (
			ours === undefined ||
			ours !== (await hashOf(path.join(projectRoot, 'node_modules', 'pyodide', name)))
		) {
			return warning(
				named,
				`The memory snapshot was made with another Pyodide than ${installed.version}, which is installed (${name} is not the same).`,
				again,
				facts
			);
		}
	}
	return ok(
		named,
		`The memory snapshot (${size(bytes)}) fits Pyodide ${installed.version}: Python starts from it.`,
		{
			...facts,
			fits: true
		}
	);
}

async function readIndex(file: string): Promise<RunnerFolder | undefined> {
	try {
		const json: unknown = JSON.parse(await readFile(file, 'utf8'));
		const parsed = v.safeParse(RunnerFolder, json);
		return parsed.success ? parsed.output : undefined;
	} catch {
		return undefined;
	}
}

/** 0 where there is no such file. */
const sizeOf = (file: string): Promise<number> =>
	stat(file).then(
		(found) => found.size,
		() => 0
	);

/** Undefined where it cannot be read. */
async function hashOf(file: string): Promise<string | undefined> {
	const hash = createHash('sha256');
	try {
		for await (const part of createReadStream(file) as AsyncIterable<Buffer>) hash.update(part);
		return hash.digest('hex');
	} catch {
		return undefined;
	}
}
