import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkSnapshot } from './snapshot';

let root: string;
beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'procoder-snapshot-'));
	mkdirSync(path.join(root, 'build', 'runner'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const installed = { version: '314.0.7', python: '3.14.2' };
const manifest = {
	pyodide: '314.0.7',
	python: '3.14.2',
	buildId: 'b1',
	kernelHash: 'c'.repeat(64),
	bytes: 38_000_000
};
const withManifest = (text: string) => {
	writeFileSync(path.join(root, 'build', 'runner', 'snapshot.json'), text);
	return checkSnapshot(root, installed);
};

it('fits what is installed', async () => {
	const check = await withManifest(JSON.stringify({ ...manifest, wheels: [] }));
	expect(check).toMatchObject({
		state: 'ok',
		text: 'The memory snapshot (38 MB) fits Pyodide 314.0.7: Python starts from it.',
		facts: { kernel: manifest.kernelHash, build: 'b1' }
	});
});

it.each([
	[
		'another Pyodide',
		JSON.stringify({ ...manifest, pyodide: '314.0.6' }),
		/is of Pyodide 314\.0\.6 .* but 314\.0\.7/
	],
	[
		'another Python',
		JSON.stringify({ ...manifest, python: '3.14.1' }),
		/is of Pyodide 314\.0\.7 \(Python 3\.14\.1\)/
	],
	['half a file', '{"pyodide":', /cannot be understood/],
	['another shape', '[]', /cannot be understood/]
])('is a warning with %s, and says to build again', async (_what, text, expected) => {
	const check = await withManifest(text);
	expect(check).toMatchObject({ state: 'warning', advice: 'Build again: npm run build.' });
	expect(check.text).toMatch(expected);
});

it('is a warning where there is none', async () => {
	expect(await checkSnapshot(root, installed)).toMatchObject({ state: 'warning', facts: { found: false } });
});
