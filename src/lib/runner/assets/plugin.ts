import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { build, type Plugin } from 'vite';

/**
 * Makes what the runner's frame is handed, once per build:
 * - `virtual:procoder-runner/frame`  → the frame document's script, as text (it is served inline);
 * - `virtual:procoder-runner/worker` → the address of the worker's one-file bundle, Pyodide's loader inside, and its lock file;
 * - `virtual:procoder-runner/kernel` → the address of the kernel's archive, and the kernel's hash.
 *
 * The frame has no network, so nothing in it can import a second file: each part must be one self-contained bundle, and
 * Vite's own worker support does not give that in development. Addresses go through Vite's asset pipeline, which hashes
 * their content and serves them as immutable.
 */
const prefix = 'virtual:procoder-runner/';
const parts = ['frame', 'worker', 'kernel'] as const;
type Part = (typeof parts)[number];

export function runnerAssets(root: string): Plugin {
	const runner = path.join(root, 'src/lib/runner');
	const made = path.join(root, '.svelte-kit/procoder-runner');
	const cache = new Map<Part, Promise<{ code: string; watch: string[] }>>();

	const make = {
		async frame() {
			const file = await bundle(root, path.join(runner, 'frame/frame.ts'), 'iife');
			return {
				code: `export default ${JSON.stringify(file)};`,
				watch: [path.join(runner, 'frame/frame.ts')]
			};
		},
		async worker() {
			const file = await bundle(root, path.join(runner, 'worker/worker.ts'), 'es');
			// As JSON text: a file called .js would be rewritten by the development server on its way to the page.
			const target = await keep(made, 'worker.json', JSON.stringify(file));
			return {
				code: `export { default } from ${JSON.stringify(`${target}?url`)};\nexport const lock = ${JSON.stringify(await emptyLock(root))};`,
				watch: [path.join(runner, 'worker/worker.ts')]
			};
		},
		async kernel() {
			const files = await pythonFiles(path.join(runner, 'kernel'), 'procoder');
			const { archive, hash } = packKernel(files);
			const target = await keep(made, 'kernel.zip', archive);
			return {
				code: `export { default } from ${JSON.stringify(`${target}?url`)};\nexport const kernelHash = ${JSON.stringify(hash)};`,
				watch: files.map((file) => path.join(runner, 'kernel', file.name))
			};
		}
	};

	return {
		name: 'procoder-runner-assets',
		enforce: 'pre',
		resolveId(id) {
			return id.startsWith(prefix) ? `\0${id}` : null;
		},
		async load(id) {
			if (!id.startsWith(`\0${prefix}`)) return null;
			const part = parts.find((known) => `\0${prefix}${known}` === id);
			if (part === undefined)
				throw new Error(`There is no runner part named ${id.slice(prefix.length + 1)}.`);
			const pending = cache.get(part) ?? make[part]();
			cache.set(part, pending);
			const { code, watch } = await pending;
			for (const file of watch) this.addWatchFile(file);
			return code;
		},
		watchChange() {
			cache.clear();
		}
	};
}

/** One entry and all that it imports as one text. */
async function bundle(root: string, entry: string, format: 'es' | 'iife'): Promise<string> {
	const result = await build({
		root,
		configFile: false,
		logLevel: 'error',
		resolve: { alias: { $lib: path.join(root, 'src/lib') } },
		build: {
			write: false,
			target: 'es2023',
			minify: true,
			copyPublicDir: false,
			modulePreload: false,
			// Pyodide names its wasm file relative to itself. Inlined it would weigh 12 MB here; it is handed over apart.
			assetsInlineLimit: 0,
			rolldownOptions: {
				input: entry,
				// The worker's bundle is imported for its `start`.
				preserveEntrySignatures: 'strict',
				// Pyodide's loader names these for Node; in a browser those branches never run.
				external: [/^node:/, 'ws'],
				output: { format, codeSplitting: false }
			}
		}
	});
	const outputs = Array.isArray(result) ? result : [result];
	const chunks = outputs.flatMap((output) => ('output' in output ? output.output : []));
	const [chunk, ...others] = chunks.filter((part) => part.type === 'chunk');
	if (chunk === undefined || others.length > 0) {
		throw new Error(`${entry} must bundle into exactly one file, and gave ${chunks.length}.`);
	}
	return chunk.code;
}

/** Pyodide's lock file without its packages: none of them is shipped, and reading 300 entries takes time at each boot. */
async function emptyLock(root: string): Promise<string> {
	const file = await readFile(path.join(root, 'node_modules/pyodide/pyodide-lock.json'), 'utf8');
	const lock: unknown = JSON.parse(file);
	return JSON.stringify(lock, (key, value: unknown) => (key === 'packages' ? {} : value));
}

type SourceFile = { name: string; bytes: Uint8Array };

/** The package's Python files, in a fixed order. `name` is relative to `folder`, with forward slashes. */
async function pythonFiles(folder: string, packageName: string): Promise<SourceFile[]> {
	const entries = await readdir(path.join(folder, packageName), { recursive: true, withFileTypes: true });
	const names = entries
		.filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
		.sort();
	return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(path.join(folder, name)) })));
}

/** The same files always give the same archive and the same hash: the hash names the explainer in the lineage. */
function packKernel(files: readonly SourceFile[]): { archive: Uint8Array; hash: string } {
	const hash = createHash('sha256');
	for (const file of files) hash.update(`${file.name}\0${file.bytes.byteLength}\0`).update(file.bytes);
	const archive = zipSync(Object.fromEntries(files.map((file) => [file.name, file.bytes])), {
		level: 9,
		// 1980 is the earliest date that a zip can hold; a real one would change the archive at each build.
		mtime: new Date(1980, 0, 1)
	});
	return { archive, hash: hash.digest('hex') };
}

async function keep(folder: string, name: string, content: string | Uint8Array): Promise<string> {
	await mkdir(folder, { recursive: true });
	const target = path.join(folder, name);
	await writeFile(target, content);
	return target;
}
