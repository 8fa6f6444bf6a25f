import { createServer, type Server } from 'node:http';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { build, type InlineConfig, type Plugin } from 'vite';
import { bundle, runnerAssets } from '../../src/lib/runner/assets/plugin.ts';
import { precompress } from '../../starter/precompress.mjs';

/** The bench's page on a server of its own: the runner as it is shipped, and plain Pyodide beside it, in the same kind of frame. */
export type Site = { readonly address: string; close(): Promise<void> };

const here = import.meta.dirname;

const RunnerDocument = v.object({ hash: v.string(), html: v.string(), framePolicy: v.string() });
type RunnerDocument = v.InferOutput<typeof RunnerDocument>;

/** Builds into `folder`, which is emptied. */
export async function openSite(root: string, folder: string, tell: (text: string) => void): Promise<Site> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const common: InlineConfig = {
		configFile: false,
		logLevel: 'error',
		publicDir: false,
		// One plugin for both: what it makes, it keeps.
		plugins: [runnerAssets(root), plainWorker(root, folder)],
		resolve: { alias: { $lib: path.join(root, 'src/lib') } }
	};
	tell('building the page; a memory snapshot is made when there is none that fits');
	const pages = path.join(folder, 'pages');
	await build({
		...common,
		root: path.join(here, 'page'),
		build: {
			outDir: pages,
			target: 'es2023',
			modulePreload: false,
			assetsInlineLimit: 0,
			copyPublicDir: false
		}
	});
	await build({
		...common,
		root,
		build: {
			ssr: path.join(here, 'page/document.ts'),
			outDir: path.join(folder, 'server'),
			rolldownOptions: { output: { entryFileNames: 'document.mjs' } }
		}
	});
	tell('compressing what it serves');
	await precompress(pages);
	const made: unknown = await import(pathToFileURL(path.join(folder, 'server/document.mjs')).href);
	const server = serve(pages, v.parse(RunnerDocument, { ...(made as object) }));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		address: `http://127.0.0.1:${port}/`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

/** `virtual:procoder-bench/plain`: the worker that starts Pyodide and nothing more, as one file, the way the runner's travels. */
function plainWorker(root: string, folder: string): Plugin {
	const id = 'virtual:procoder-bench/plain';
	return {
		name: 'procoder-bench-plain-worker',
		enforce: 'pre',
		resolveId: (asked) => (asked === id ? `\0${id}` : null),
		async load(asked) {
			if (asked !== `\0${id}`) return null;
			const target = path.join(folder, 'plain-worker.json');
			await writeFile(
				target,
				JSON.stringify((await bundle(root, path.join(here, 'page/plain-worker.ts'), 'es')).code)
			);
			return `export { default } from ${JSON.stringify(`${target}?url`)};`;
		}
	};
}

const types: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.json': 'application/json',
	'.wasm': 'application/wasm'
};

/** Headers, caching and compression as the program's own server gives them. */
function serve(pages: string, { hash, html, framePolicy }: RunnerDocument): Server {
	const isolated = {
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-embedder-policy': 'require-corp',
		'cross-origin-resource-policy': 'same-origin'
	};
	const kept = { 'cache-control': 'public, max-age=31536000, immutable' };
	return createServer((request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://bench.invalid');
		if (pathname === `/runner/${hash}`) {
			response.writeHead(200, {
				...kept,
				'content-type': types['.html'],
				'content-security-policy': framePolicy,
				'cross-origin-embedder-policy': 'require-corp',
				'cross-origin-resource-policy': 'cross-origin'
			});
			response.end(html);
			return;
		}
		const file = path.join(pages, path.normalize(pathname === '/' ? '/index.html' : pathname));
		const isCompressed =
			existsSync(`${file}.br`) && /\bbr\b/.test(String(request.headers['accept-encoding']));
		readFile(isCompressed ? `${file}.br` : file).then(
			(bytes) => {
				response.writeHead(200, {
					...isolated,
					...(pathname === '/' ? { 'cache-control': 'no-cache' } : kept),
					...(isCompressed ? { 'content-encoding': 'br' } : {}),
					'content-type': types[path.extname(file)] ?? 'application/octet-stream',
					'content-length': bytes.length
				});
				response.end(bytes);
			},
			() => response.writeHead(404).end()
		);
	});
}
