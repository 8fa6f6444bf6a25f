import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { writeRunnerFolder } from '../../src/lib/runner/assets/runner-folder';

declare module 'vitest' {
	export interface ProvidedContext {
		/** The runner's files, made from the sources as they are now. */
		runnerFolder: string;
	}
}

/**
 * Made once per run of the tests; the snapshots in it are made only when they are not there from an earlier build. The folder is
 * closed to everybody else, as a checkout in somebody's home is.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const root = path.resolve(import.meta.dirname, '../..');
	const home = await mkdtemp(path.join(tmpdir(), 'procoder-runner-'));
	const folder = path.join(home, 'runner');
	await writeRunnerFolder(root, folder);
	project.provide('runnerFolder', folder);
	return () => rm(home, { recursive: true, force: true });
}
