import { chmod, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { inject } from 'vitest';

/** One of our entries as a file that Node can run, alone in a folder that goes when the run ends. */
export async function bundle(entry: string): Promise<string> {
	const outDir = await mkdtemp(path.join(inject('programs'), 'program-'));
	await chmod(outDir, 0o755);
	await build({
		configFile: false,
		logLevel: 'error',
		publicDir: false,
		resolve: { alias: { $lib: path.resolve('src/lib') } },
		build: {
			ssr: true,
			outDir,
			emptyOutDir: false,
			rolldownOptions: { input: { program: path.resolve(entry) }, output: { entryFileNames: '[name].mjs' } }
		}
	});
	return path.join(outDir, 'program.mjs');
}
