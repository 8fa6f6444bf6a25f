import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadPyodide, type PyodideInterface } from 'pyodide';
import * as v from 'valibot';

const kernel = path.resolve('src/lib/runner/kernel');

/** The list in `vendor/python`. */
export const packages = v.parse(
	v.array(
		v.strictObject({
			name: v.string(),
			version: v.string(),
			file: v.string(),
			sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
			licence: v.picklist(['MIT', 'Apache-2.0', 'BSD-3-Clause', 'MPL-2.0']),
			modules: v.pipe(v.array(v.string()), v.minLength(1)),
			requires: v.optional(v.array(v.string())),
			load: v.picklist(['snapshot', 'on-demand'])
		})
	),
	JSON.parse(readFileSync('vendor/python/packages.json', 'utf8'))
);

export const wheel = (file: string): Uint8Array =>
	new Uint8Array(readFileSync(path.join('vendor/python', file)));

export const unpackWheel = (pyodide: PyodideInterface, file: string, target?: string): void =>
	pyodide.unpackArchive(wheel(file), 'wheel', target === undefined ? {} : { extractDir: target });

/** The Python that learners use, in this process, with the kernel and its tests under `/kernel` and our pure wheels. */
export async function loadKernel(
	options: { _makeSnapshot?: boolean; env?: Record<string, string> } = {}
): Promise<PyodideInterface> {
	const pyodide = await loadPyodide({ indexURL: path.resolve('node_modules/pyodide'), ...options });
	writeFolder(pyodide, kernel, '/kernel');
	for (const { file } of packages.filter(({ load }) => load === 'snapshot'))
		unpackWheel(pyodide, file, '/wheels');
	pyodide.runPython('import sys\nsys.path[:0] = ["/kernel", "/wheels"]');
	return pyodide;
}

export function writeFile(pyodide: PyodideInterface, target: string, data: string | Uint8Array): void {
	// Emscripten's own types are not installed; these two calls are all that is needed of it.
	const files = pyodide.FS as {
		mkdirTree(path: string): void;
		writeFile(path: string, data: string | Uint8Array): void;
	};
	files.mkdirTree(path.posix.dirname(target));
	files.writeFile(target, data);
}

function writeFolder(pyodide: PyodideInterface, from: string, to: string): void {
	for (const name of readdirSync(from)) {
		if (name === '__pycache__') continue;
		const source = path.join(from, name);
		if (statSync(source).isDirectory()) writeFolder(pyodide, source, `${to}/${name}`);
		else writeFile(pyodide, `${to}/${name}`, readFileSync(source));
	}
}
