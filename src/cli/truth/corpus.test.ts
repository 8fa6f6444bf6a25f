import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { corpusOf, countRows, type Entry } from './corpus';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-corpus-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(place: string): Promise<Entry[]> {
	const entries: Entry[] = [];
	for await (const entry of corpusOf(place)) entries.push(entry);
	expect(await countRows(place)).toBe(entries.length);
	return entries;
}

it('reads a program from each line, and says what is wrong with the others', async () => {
	const file = path.join(folder, 'programs.jsonl');
	const rows = [
		'\uFEFF{"id":"a","code":"x = 1","entry":"f","level":3}\r',
		'',
		'{"id":"b"}',
		'[1]',
		'{"id":"a","code":"y"}',
		'{"id":"c","code":"say = \'\u2028\'"}',
		'{"id":"d","code":'
	];
	await writeFile(file, rows.join('\n'));
	expect(await read(file)).toMatchObject([
		{ ok: true, row: { id: 'a', code: 'x = 1', entry: 'f' } },
		{ ok: false, id: 'b', why: expect.stringContaining('code') as string },
		{ ok: false, id: 'line-4', why: expect.stringContaining('no program') as string },
		{ ok: false, id: 'line-5', why: 'The id “a” has been used before, at line-1.' },
		{ ok: true, row: { id: 'c', code: "say = '\u2028'" } },
		{ ok: false, id: 'line-7', why: expect.stringContaining('no JSON') as string }
	]);
});

it('reads a folder of Python files, each with one program or with several', async () => {
	const home = path.join(folder, 'programs');
	await mkdir(path.join(home, 'more'), { recursive: true });
	await writeFile(path.join(home, 'many.py'), '# Two.\n# %% first one\na = 1\n\n# %% second\n\n  b\n\n');
	await writeFile(path.join(home, 'more', 'alone.py'), 'c = 3\n');
	await writeFile(path.join(home, 'notes.md'), '# %% none');
	expect(await read(home)).toEqual([
		{ ok: true, row: { id: 'many/first one', code: 'a = 1\n' } },
		{ ok: true, row: { id: 'many/second', code: '\n  b\n' } },
		{ ok: true, row: { id: 'more/alone', code: 'c = 3\n' } }
	]);
});
