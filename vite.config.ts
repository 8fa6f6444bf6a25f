import path from 'node:path';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { compileMessages } from './src/lib/i18n/compile/plugin.ts';
import { runnerAssets } from './src/lib/runner/assets/plugin.ts';

export default defineConfig({
	plugins: [runnerAssets(import.meta.dirname), compileMessages(), tailwindcss(), sveltekit()],
	// Pyodide finds its own files next to itself, which pre-bundling would break.
	optimizeDeps: { exclude: ['pyodide'] },
	// A font inside of a style sheet is one that the page's policy refuses.
	build: { assetsInlineLimit: (file) => (/\.(woff2?|ttf)$/.test(file) ? false : undefined) },
	test: {
		expect: { requireAssertions: true },
		// Vitest leaves one core free, which of two is half.
		maxWorkers: 2,
		// `isolate: false`, below: reading the same modules anew for each file took a third of the whole time. Pyodide's memory is freed with
		// its worker only, so the kernel's files keep one each.
		// Where `retry` is set below, processes and clocks are at work; who needs a second try is named at the end of `npm test`.
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					setupFiles: ['tests/seed.setup.ts'],
					isolate: false,
					include: ['src/**/*.test.ts'],
					exclude: ['src/lib/server/**'],
					// Property tests compute for a second or two, and much longer where a machine has other work.
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				test: {
					// Repositories and use cases against the real embedded Postgres.
					name: 'server',
					environment: 'node',
					setupFiles: ['tests/seed.setup.ts'],
					isolate: false,
					include: ['src/lib/server/**/*.test.ts', 'tests/server/**/*.test.ts'],
					globalSetup: ['tests/server/postgres.setup.ts'],
					retry: 1,
					testTimeout: 30_000,
					hookTimeout: 120_000
				}
			},
			{
				extends: true,
				test: {
					// The kernel's Python inside Pyodide, and in any python3 that is found.
					name: 'kernel',
					environment: 'node',
					include: ['tests/kernel/**/*.test.ts'],
					retry: 1,
					testTimeout: 300_000,
					hookTimeout: 120_000
				}
			},
			{
				resolve: { alias: { $lib: path.join(import.meta.dirname, 'src/lib') } },
				test: {
					// Python in fenced child processes. Each process weighs 200 MB.
					name: 'runner-node',
					environment: 'node',
					setupFiles: ['tests/seed.setup.ts'],
					isolate: false,
					include: ['tests/runner-node/**/*.test.ts'],
					globalSetup: ['tests/runner-node/folder.setup.ts'],
					retry: 1,
					testTimeout: 60_000,
					hookTimeout: 180_000
				}
			},
			{
				test: {
					// What runs before and around the program: the starter, and the import rules broken on purpose.
					name: 'tooling',
					environment: 'node',
					isolate: false,
					include: ['starter/**/*.test.mjs', 'tests/boundaries/**/*.test.ts'],
					testTimeout: 30_000
				}
			}
		]
	}
});
