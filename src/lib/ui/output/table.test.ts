import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tableOf } from './table';

test('a list of dictionaries is a table, with a gap where a row has no such key', () => {
	expect(tableOf(`[{'name': 'Ada', 'age': 36}, {'age': -1.5e-07, "it's": None}]`)).toEqual({
		columns: ['name', 'age', "it's"],
		rows: [
			["'Ada'", '36', undefined],
			[undefined, '-1.5e-07', 'None']
		],
		isNumeric: [false, true, false]
	});
	expect(tableOf(String.raw`[{'a\n': '}, {', 'b': "\""}]`)).toMatchObject({
		columns: [String.raw`a\n`.replace(/^|$/g, "'"), 'b'],
		rows: [["'}, {'", String.raw`"\""`]]
	});
});

test.each([
	'[]',
	'[{}]',
	'[1, 2]',
	'[{1: 2}]',
	"[{'a': [1]}]",
	"[{'a': {'b': 1}}]",
	"[{'a': <object>}]",
	"[{'a': 1}, 2]",
	"[{'a': 1}",
	"[{'a': 1}] + 1",
	"[{'a': 1},]",
	"[{'a': 1 2}]",
	`[${"{'a': 1}, ".repeat(600)}{'a': 1}]`,
	`[{${Array.from({ length: 40 }, (_, at) => `'${at}': 1`).join(', ')}}]`
])('%.60s is read as text', (repr) => {
	expect(tableOf(repr)).toBeUndefined();
});

test('whatever a text is, reading it comes to an end at once', () => {
	const piece = fc.constantFrom('[', '{', '}', ']', "'a'", ': ', ', ', '1', 'None', "'", '\\', 'x');
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
			const table = tableOf(`[{${pieces.join('')}`);
			expect(table?.rows.every((row) => row.length === table.columns.length) ?? true).toBe(true);
		})
	);
});
