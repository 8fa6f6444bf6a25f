import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPyodide } from 'pyodide';
import { build } from 'vite';
import { writeRunnerFolder } from '../../../src/lib/runner/assets/runner-folder.ts';
import { thisProject } from '../../../starter/project.mjs';
import { interleaved, type Row } from '../measure.ts';

const trivial = '1 + 1';
const atOnce = 25;
const never = new AbortController().signal;

type Pool = typeof import('../pool.ts');

/** The same Python on the server: what the snapshot saves a child process, and what its fences cost a trivial job. */
export function nodeRow(rounds: number): Row {
	return {
		name: 'node',
		title: 'Python in Node',
		async measure(tell) {
			const { createNodePool, cellId } = await bundledPool(tell);
			const folder = path.join(thisProject.results, 'bench', 'node');
			tell('writing the runner’s folder');
			await writeRunnerFolder(thisProject.root, folder);

			const boots = await interleaved(
				['usual', 'none'] as const,
				rounds,
				async (snapshot) => {
					const begun = performance.now();
					const pool = createNodePool({ folder, size: 1, warm: 1, snapshot });
					const state = await pool.state();
					const ms = performance.now() - begun;
					await pool.close();
					if (!state.ok) throw new Error(state.message);
					return ms;
				},
				tell
			);

			tell('starting a child, and Pyodide in this process');
			const pool = createNodePool({ folder, size: 1, warm: 1 });
			const group = pool.group(never);
			const inProcess = await loadPyodide({ indexURL: path.join(thisProject.root, 'node_modules/pyodide') });
			const run = {
				child: async () => {
					const { status } = await group.run({ cellId, code: trivial }, {}, never);
					if (status !== 'ok') throw new Error(`A trivial job ended as ${status}.`);
				},
				'in process': async () => {
					await inProcess.runPythonAsync(trivial);
				}
			};
			try {
				const jobs = await interleaved(
					['child', 'in process'] as const,
					rounds * 2,
					async (kind) => {
						const times: number[] = [];
						for (let index = 0; index < atOnce; index++) {
							const begun = performance.now();
							await run[kind]();
							times.push(performance.now() - begun);
						}
						return times;
					},
					tell
				);
				return [
					{
						what: 'Node: a child ready to work',
						ours: { name: 'snapshot', unit: 'ms', values: boots.usual },
						base: { name: 'without', unit: 'ms', values: boots.none }
					},
					{
						what: 'Node: trivial job on a warm child',
						ours: { name: 'child', unit: 'ms', values: jobs.child.flat() },
						base: { name: 'in process', unit: 'ms', values: jobs['in process'].flat() }
					}
				];
			} finally {
				await pool.close();
			}
		}
	};
}

async function bundledPool(tell: (text: string) => void): Promise<Pool> {
	tell('bundling the pool');
	const outDir = path.join(thisProject.results, 'bench', 'pool');
	await build({
		root: thisProject.root,
		configFile: false,
		logLevel: 'error',
		publicDir: false,
		resolve: { alias: { $lib: path.join(thisProject.root, 'src/lib') } },
		build: {
			ssr: path.join(import.meta.dirname, '../pool.ts'),
			outDir,
			rolldownOptions: { output: { entryFileNames: 'pool.mjs' } }
		}
	});
	return (await import(pathToFileURL(path.join(outDir, 'pool.mjs')).href)) as Pool;
}
