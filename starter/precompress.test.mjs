import { randomBytes } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { precompress } from './precompress.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'procoder-precompress-'));
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

/** @param {string} name @param {string | Buffer} content */
function put(name, content) {
	mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
	writeFileSync(path.join(folder, name), content);
}
/** @param {string} name */
const read = (name) => readFileSync(path.join(folder, name));

it('writes copies that unpack to the same bytes, large files and folders in folders included', async () => {
	const small = Buffer.from('const answer = 42;\n'.repeat(200));
	// Memory as a snapshot has it: much the same, but not all of it.
	const large = Buffer.concat([Buffer.alloc(1_500_000, 'memory '), randomBytes(100_000)]);
	put('app/immutable/entry.js', small);
	put('runner/snapshot.bin', large);
	const done = await precompress(folder);
	for (const [name, content] of /** @type {const} */ ([
		['app/immutable/entry.js', small],
		['runner/snapshot.bin', large]
	])) {
		expect(brotliDecompressSync(read(`${name}.br`)).equals(content)).toBe(true);
		expect(gunzipSync(read(`${name}.gz`)).equals(content)).toBe(true);
	}
	expect(done).toMatchObject({ files: 2, bytes: small.length + large.length });
	expect(done.brotliBytes).toBe(
		read('app/immutable/entry.js.br').length + read('runner/snapshot.bin.br').length
	);
});

it('leaves alone what is packed already or tiny, and writes no copy that is no smaller', async () => {
	const text = 'text '.repeat(500);
	for (const name of ['font.woff2', 'icon.png', 'stdlib.zip', 'old.js.br', 'old.js.gz']) put(name, text);
	put('tiny.js', 'let a = 1;');
	put('noise.bin', randomBytes(5_000));
	put('noise.bin.br', 'left by an earlier build');
	await precompress(folder);
	expect(readdirSync(folder).toSorted()).toEqual(
		['font.woff2', 'icon.png', 'noise.bin', 'old.js.br', 'old.js.gz', 'stdlib.zip', 'tiny.js'].toSorted()
	);
});

it('does nothing where there is no folder', async () => {
	expect(await precompress(path.join(folder, 'prerendered'))).toEqual({ files: 0, bytes: 0, brotliBytes: 0 });
	expect(existsSync(path.join(folder, 'prerendered'))).toBe(false);
});
