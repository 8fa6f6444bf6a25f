import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

/** The folder that a build makes for runners in Node (`runner/assets/runner-folder`), as its `runner.json` describes it. */
const fileName = v.pipe(v.string(), v.regex(/^[\w.+-]+$/));
export const RunnerFolder = v.strictObject({
	/** The digest of the built-in explainer. */
	kernelHash: v.string(),
	child: fileName,
	wasm: fileName,
	stdlib: fileName,
	lock: fileName,
	archive: fileName,
	/** Memory of a booted interpreter, under two orders of every set of texts. */
	snapshots: v.strictObject({ usual: fileName, other: fileName }),
	packages: v.array(v.strictObject({ modules: v.array(v.string()), files: v.array(fileName) }))
});
export type RunnerFolder = v.InferOutput<typeof RunnerFolder>;
export const runnerFolderIndex = 'runner.json';

/** Which memory children start from; `none` is a plain boot, five times as slow. */
export type SnapshotChoice = keyof RunnerFolder['snapshots'] | 'none';

/** The runner's files, held open: a child that may read nothing is handed them as open files. */
export type OpenFiles = {
	readonly code: number;
	readonly wasm: number;
	readonly stdlib: number;
	readonly lock: number;
	readonly archive: number;
	readonly snapshot: number | undefined;
	readonly wheels: readonly { file: string; fd: number }[];
	readonly packages: RunnerFolder['packages'];
	close(): void;
};

/** Throws where the folder is not there or not whole. */
export function openFiles(folder: string, choice: SnapshotChoice): OpenFiles {
	const index: unknown = JSON.parse(readFileSync(path.join(folder, runnerFolderIndex), 'utf8'));
	const names = v.parse(RunnerFolder, index);
	const opened: number[] = [];
	const open = (name: string): number => {
		const fd = openSync(path.join(folder, name), 'r');
		opened.push(fd);
		return fd;
	};
	const close = (): void => {
		for (const fd of opened.splice(0)) closeSync(fd);
	};
	try {
		const wheels = [...new Set(names.packages.flatMap(({ files }) => files))];
		return {
			code: open(names.child),
			wasm: open(names.wasm),
			stdlib: open(names.stdlib),
			lock: open(names.lock),
			archive: open(names.archive),
			snapshot: choice === 'none' ? undefined : open(names.snapshots[choice]),
			wheels: wheels.map((file) => ({ file, fd: open(file) })),
			packages: names.packages,
			close
		};
	} catch (error) {
		close();
		throw error;
	}
}
