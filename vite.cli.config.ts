import path from 'node:path';
import { defineConfig } from 'vite';
import { writeRunnerFolder } from './src/lib/runner/assets/runner-folder.ts';

/** The commands, as programs for Node beside the adapter's output; run after the main build, which empties the folder. */
export default defineConfig({
	plugins: [
		{
			name: 'procoder-runner-folder',
			// What Python on the server starts from, so that the build needs neither the sources nor Pyodide's package.
			writeBundle: () =>
				writeRunnerFolder(import.meta.dirname, path.join(import.meta.dirname, 'build/runner'))
		}
	],
	publicDir: false,
	resolve: { alias: { $lib: path.join(import.meta.dirname, 'src/lib') } },
	build: {
		ssr: true,
		target: 'node22',
		outDir: 'build',
		emptyOutDir: false,
		rolldownOptions: {
			input: {
				serve: 'src/cli/serve.ts',
				doctor: 'src/cli/doctor.ts',
				lessons: 'src/cli/lessons.ts',
				truth: 'src/cli/truth.ts'
			},
			output: { entryFileNames: '[name].js', chunkFileNames: 'cli/[name]-[hash].js' }
		}
	}
});
