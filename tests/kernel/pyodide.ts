import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadPyodide, type PyodideInterface } from 'pyodide';

const kernel = path.resolve('src/lib/runner/kernel');

/** The Python that learners use, in this process, with the kernel and its tests under `/kernel`, which is on its path. */
export async function loadKernel(options: { _makeSnapshot?: boolean } = {}): Promise<PyodideInterface> {
	const pyodide = await loadPyodide({ indexURL: path.resolve('node_modules/pyodide'), ...options });
	writeFolder(pyodide, kernel, '/kernel');
	pyodide.runPython('import sys\nsys.path.insert(0, "/kernel")');
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
