import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import * as v from 'valibot';
import { build, type Plugin } from 'vite';
import { frameDocument, framePolicy } from '../frame/document.ts';
import { makeSnapshot } from '../interpreter/boot.ts';

/**
 * Makes what the runner's frame is handed, once per build:
 * - `virtual:procoder-runner/document` → the frame's document, with its hash, for the route that serves it;
 * - `virtual:procoder-runner/frame`    → the address of that document;
 * - `virtual:procoder-runner/worker`   → the address of the worker's one-file bundle, Pyodide's loader inside, and its lock file;
 * - `virtual:procoder-runner/kernel`   → the kernel's hash;
 * - `virtual:procoder-runner/python`   → the addresses of the kernel's archive, of the memory snapshots, of the wheels.
 *
 * The frame has no network, so nothing in it can import a second file: each part must be one self-contained bundle, and
 * Vite's own worker support does not give that in development. Addresses go through Vite's asset pipeline, which hashes
 * their content and serves them as immutable.
 */
const prefix = 'virtual:procoder-runner/';
const parts = ['document', 'frame', 'worker', 'kernel', 'python'] as const;
type Part = (typeof parts)[number];

/** Two orders of every set of texts: what comes out the same in both does not hang on it. */
const hashSeeds = { usual: 1, other: 2 };

export function runnerAssets(root: string): Plugin {
	const runner = path.join(root, 'src/lib/runner');
	const made = path.join(root, '.svelte-kit/procoder-runner');
	const cache = new Map<Part, Promise<{ code: string; watch: string[] }>>();

	/** One bundle for both: the route serves the document, the page asks for it by its hash. */
	let served: ReturnType<typeof makeDocument> | undefined;
	const documentOf = () => (served ??= makeDocument());
	const makeDocument = async () => {
		const { code, files } = await bundle(root, path.join(runner, 'frame/frame.ts'), 'iife');
		const html = frameDocument(code);
		// The policy too: a document is kept for a year under the name of its hash, headers and all.
		const hash = createHash('sha256').update(framePolicy).update(html).digest('hex').slice(0, 16);
		return { html, hash, watch: [...files, path.join(runner, 'frame/document.ts')] };
	};

	const make = {
		async document() {
			const { html, hash, watch } = await documentOf();
			return {
				code: `export const html = ${JSON.stringify(html)};\nexport const hash = ${JSON.stringify(hash)};`,
				watch
			};
		},
		async frame() {
			const { hash, watch } = await documentOf();
			return { code: `export default ${JSON.stringify(`/runner/${hash}`)};`, watch };
		},
		async worker() {
			const { code, files } = await bundle(root, path.join(runner, 'worker/worker.ts'), 'es');
			// As JSON text: a file called .js would be rewritten by the development server on its way to the page.
			const target = await keep(made, 'worker.json', JSON.stringify(code));
			return {
				code: `export { default } from ${address(target)};\nexport const lock = ${JSON.stringify(await emptyLock(root))};`,
				watch: files
			};
		},
		async kernel() {
			const { hash, watch } = await kernelArchive(root);
			return { code: `export const kernelHash = ${JSON.stringify(hash)};`, watch };
		},
		async python() {
			const files = await runnerFiles(root);
			const targets = { archive: files.archive.path, usual: files.usual.path, other: files.other.path };
			const sizes = Object.fromEntries(
				await Promise.all(
					Object.entries({ ...targets, wasm: files.wasm, stdlib: files.stdlib }).map(
						async ([name, target]) => [name, (await stat(target)).size] as const
					)
				)
			);
			const wheels = files.onDemand.flatMap(({ files: names }) => names);
			const imports = [...new Set(wheels)].map((name, index) => ({ name, as: `wheel${index}` }));
			return {
				code: [
					`export { default as archiveAddress } from ${address(targets.archive)};`,
					`import usual from ${address(targets.usual)};`,
					`import other from ${address(targets.other)};`,
					...imports.map(
						({ name, as }) => `import ${as} from ${address(path.join(root, 'vendor/python', name))};`
					),
					'export const snapshots = { usual, other };',
					`export const sizes = ${JSON.stringify(sizes)};`,
					`export const packages = ${JSON.stringify(files.onDemand)};`,
					`export const wheels = { ${imports.map(({ name, as }) => `${JSON.stringify(name)}: ${as}`).join(', ')} };`
				].join('\n'),
				watch: files.watch
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
			served = undefined;
		}
	};
}

/** One entry and all that it imports as one text. `files` are those of ours in it. */
export async function bundle(
	root: string,
	entry: string,
	format: 'es' | 'iife'
): Promise<{ code: string; files: string[] }> {
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
	const ours = path.join(root, 'src') + path.sep;
	return { code: chunk.code, files: chunk.moduleIds.filter((id) => id.startsWith(ours)) };
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

/** The kernel with the pure packages that it imports, unpacked, as one archive. Its hash names the explainer in the lineage. */
async function kernelArchive(root: string): Promise<{ archive: Uint8Array; hash: string; watch: string[] }> {
	const folder = path.join(root, 'src/lib/runner/kernel');
	const own = await pythonFiles(folder, 'procoder');
	const vendored: SourceFile[] = [];
	for (const wheel of await vendoredPackages(root)) {
		if (wheel.load !== 'snapshot') continue;
		const content = unzipSync(await wheelBytes(root, wheel));
		for (const [name, bytes] of Object.entries(content))
			if (!name.endsWith('/')) vendored.push({ name, bytes });
	}
	const files = [...own, ...vendored.sort((a, b) => (a.name < b.name ? -1 : 1))];
	// The same files always give the same archive and the same hash.
	const hash = createHash('sha256');
	for (const file of files) hash.update(`${file.name}\0${file.bytes.byteLength}\0`).update(file.bytes);
	const archive = zipSync(Object.fromEntries(files.map((file) => [file.name, file.bytes])), {
		level: 9,
		// 1980 is the earliest date that a zip can hold; a real one would change the archive at each build.
		mtime: new Date(1980, 0, 1)
	});
	return { archive, hash: hash.digest('hex'), watch: own.map((file) => path.join(folder, file.name)) };
}

const VendoredPackages = v.array(
	v.object({
		name: v.string(),
		file: v.string(),
		sha256: v.string(),
		modules: v.array(v.string()),
		load: v.picklist(['snapshot', 'on-demand']),
		/** Names of other packages in the list that it cannot do without. */
		requires: v.optional(v.array(v.string()), [])
	})
);
type VendoredPackage = v.InferOutput<typeof VendoredPackages>[number];

async function vendoredPackages(root: string): Promise<VendoredPackage[]> {
	const list = await readFile(path.join(root, 'vendor/python/packages.json'), 'utf8');
	return v.parse(VendoredPackages, JSON.parse(list));
}

async function wheelBytes(root: string, { file, sha256 }: VendoredPackage): Promise<Uint8Array> {
	const bytes = await readFile(path.join(root, 'vendor/python', file));
	const found = createHash('sha256').update(bytes).digest('hex');
	if (found !== sha256)
		throw new Error(
			`vendor/python/${file} is not the file that packages.json names: its SHA-256 is ${found}.`
		);
	return bytes;
}

/** The packages that are handed over when something imports them, each with the wheels that it takes. */
async function onDemandPackages(root: string): Promise<{ modules: string[]; files: string[] }[]> {
	const all = await vendoredPackages(root);
	const filesOf = (wheel: VendoredPackage): string[] => [
		...wheel.requires.flatMap((name) => all.filter((one) => one.name === name).flatMap(filesOf)),
		...(wheel.load === 'on-demand' ? [wheel.file] : [])
	];
	const wanted = all.filter(({ load }) => load === 'on-demand');
	for (const wheel of wanted) await wheelBytes(root, wheel);
	return wanted.map((wheel) => ({ modules: wheel.modules, files: [...new Set(filesOf(wheel))] }));
}

/**
 * The files that an interpreter starts from, made where they are not there yet: `archive` and the two snapshots under
 * `.svelte-kit/procoder-runner`, named by what they were made from, the rest as Pyodide ships it.
 */
export async function runnerFiles(root: string): Promise<{
	kernelHash: string;
	archive: { path: string };
	usual: { path: string };
	other: { path: string };
	wasm: string;
	stdlib: string;
	lock: string;
	onDemand: { modules: string[]; files: string[] }[];
	watch: string[];
}> {
	const made = path.join(root, '.svelte-kit/procoder-runner');
	const pyodide = path.join(root, 'node_modules/pyodide');
	const { archive, hash, watch } = await kernelArchive(root);
	const stdlib = path.join(pyodide, 'python_stdlib.zip');
	const lock = await emptyLock(root);
	const { version } = v.parse(
		v.object({ version: v.string() }),
		JSON.parse(await readFile(path.join(pyodide, 'package.json'), 'utf8'))
	);
	const boot = await readFile(path.join(root, 'src/lib/runner/interpreter/boot.ts'));
	const snapshot = async (seed: number) => {
		const key = createHash('sha256').update(`${hash}\0${version}\0${seed}\0`).update(boot).digest('hex');
		const target = path.join(made, `snapshot-${key.slice(0, 16)}.bin`);
		const isThere = await stat(target).then(
			() => true,
			() => false
		);
		if (!isThere) {
			const parts = { indexURL: `${pyodide}/`, stdLibURL: stdlib, lock, archive };
			await keep(made, path.basename(target), await makeSnapshot(parts, seed));
		}
		return { path: target };
	};
	return {
		kernelHash: hash,
		archive: { path: await keep(made, 'python.zip', archive) },
		usual: await snapshot(hashSeeds.usual),
		other: await snapshot(hashSeeds.other),
		wasm: path.join(pyodide, 'pyodide.asm.wasm'),
		stdlib,
		lock,
		onDemand: await onDemandPackages(root),
		watch
	};
}

const address = (file: string): string => JSON.stringify(`${file}?url`);

async function keep(folder: string, name: string, content: string | Uint8Array): Promise<string> {
	await mkdir(folder, { recursive: true });
	const target = path.join(folder, name);
	// Two builds at once, or one that is cut off, must not leave half a file under that name.
	const half = `${target}.${process.pid}`;
	await writeFile(half, content);
	await rename(half, target);
	return target;
}
