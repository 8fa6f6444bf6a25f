import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxCodeBytes } from '$lib/domain/limits';
import { readCells } from './read-cells';

const notebook = (...cells: object[]): string => JSON.stringify({ cells, nbformat: 4, metadata: {} });
const code = (source: string | string[]): object => ({
	cell_type: 'code',
	source,
	outputs: [],
	metadata: {}
});

test('of a notebook its code is read, however its lines are written, and texts are counted', () => {
	const file = notebook(
		code(['a = 1\n', 'a']),
		{ cell_type: 'markdown', source: '# Hi' },
		code(''),
		code('b\r\n')
	);
	expect(readCells('My file.IPYNB', file)).toEqual({ ok: true, cells: ['a = 1\na', 'b'], left: 1 });
});

test('a script is one cell, or as many as its marks make', () => {
	expect(readCells('a.py', '\uFEFFa = 1\n\nb = 2\n')).toEqual({
		ok: true,
		cells: ['a = 1\n\nb = 2'],
		left: 0
	});
	const marked = '# %% First\na = 1\n\n#%%\n\nif a:\n    b = 2\n# %%';
	expect(readCells('a.py', marked)).toEqual({ ok: true, cells: ['a = 1', 'if a:\n    b = 2'], left: 0 });
	// Only a whole line is a mark.
	expect(readCells('a.py', 'a = 1  # %%\nb')).toMatchObject({ cells: ['a = 1  # %%\nb'] });
});

test.each([
	['photo.png', 'x', 'kind'],
	['a.ipynb', 'no json', 'shape'],
	['a.ipynb', '{"worksheets": []}', 'shape'],
	['a.ipynb', notebook(code('a'), { cell_type: 'code', source: 3 }), 'shape'],
	['a.ipynb', notebook({ cell_type: 'markdown', source: 'text' }), 'empty'],
	['a.py', '\n  \n', 'empty'],
	['a.py', `x = "${'x'.repeat(maxCodeBytes)}"`, 'long-cell']
])('%s with %j cannot be read: %s', (name, content, why) => {
	expect(readCells(name, content)).toEqual({ ok: false, why });
});

test('whatever is in a file, reading it ends with an answer', () => {
	fc.assert(
		fc.property(fc.constantFrom('a.py', 'a.ipynb'), fc.oneof(fc.string(), fc.json()), (name, content) => {
			const read = readCells(name, content);
			if (read.ok) expect(read.cells.every((cell) => cell !== '')).toBe(true);
		})
	);
});
