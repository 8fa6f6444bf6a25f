import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkSnapshot } from './snapshot';

const installed = { version: '314.0.7', python: '3.14.2' };
const index = {
	kernelHash: 'c'.repeat(64),
	child: 'child.mjs',
	wasm: 'pyodide.asm.wasm',
	stdlib: 'python_stdlib.zip',
	lock: 'lock.json',
	archive: 'python.zip',
	snapshots: { usual: 'snapshot-1.bin', other: 'snapshot-2.bin' },
	packages: []
};

let root: string;
function put(name: string, content: string | Uint8Array): void {
	mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
	writeFileSync(path.join(root, name), content);
}
beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'procoder-snapshot-'));
	put('build/runner/runner.json', JSON.stringify(index));
	put('build/runner/snapshot-1.bin', new Uint8Array(2_000_000));
	for (const folder of ['build/runner', 'node_modules/pyodide']) {
		put(`${folder}/pyodide.asm.wasm`, 'wasm');
		put(`${folder}/python_stdlib.zip`, 'stdlib');
	}
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('fits what is installed', async () => {
	expect(await checkSnapshot(root, installed)).toMatchObject({
		state: 'ok',
		text: 'The memory snapshot (2 MB) fits Pyodide 314.0.7: Python starts from it.',
		facts: { found: true, fits: true, bytes: 2_000_000, kernel: index.kernelHash }
	});
});

it.each<[string, () => void, RegExp]>([
	[
		'no index',
		() => rmSync(path.join(root, 'build'), { recursive: true }),
		/^The build has no memory snapshot/
	],
	[
		'half an index',
		() => put('build/runner/runner.json', '{"kernelHash":'),
		/^The build has no memory snapshot/
	],
	[
		'an index of another shape',
		() => put('build/runner/runner.json', '{}'),
		/^The build has no memory snapshot/
	],
	[
		'no snapshot',
		() => rmSync(path.join(root, 'build/runner/snapshot-1.bin')),
		/^The memory snapshot snapshot-1\.bin is not in/
	],
	[
		'another interpreter',
		() => put('node_modules/pyodide/pyodide.asm.wasm', 'newer'),
		/another Pyodide than 314\.0\.7/
	],
	[
		'another library',
		() => put('node_modules/pyodide/python_stdlib.zip', 'newer'),
		/python_stdlib\.zip is not the same/
	],
	['a part that is gone', () => rmSync(path.join(root, 'build/runner/pyodide.asm.wasm')), /another Pyodide/]
])('is a warning with %s, and says to build again', async (_what, change, text) => {
	change();
	const check = await checkSnapshot(root, installed);
	expect(check).toMatchObject({ state: 'warning', advice: 'Build again: npm run build.' });
	expect(check.text).toMatch(text);
});

it('is nothing that could fit where no Pyodide is installed', async () => {
	expect(await checkSnapshot(root, undefined)).toMatchObject({ state: 'warning', facts: { fits: false } });
});
