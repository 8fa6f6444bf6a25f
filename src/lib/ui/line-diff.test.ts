import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffParts, lineDiff } from './line-diff';

const text = fc
	.array(fc.constantFrom('a', 'b', '', 'x = 1', '🐍'), { maxLength: 40 })
	.map((lines) => lines.join('\n'));
const marks = { same: ' ', gone: '-', new: '+' };
const shown = (before: string, after: string): string[] =>
	lineDiff(before, after).map(({ kind, text }) => marks[kind] + text);

test('leads from one text to the other, line by line', () => {
	fc.assert(
		fc.property(text, text, (before, after) => {
			const lines = lineDiff(before, after);
			const without = (kind: string): string =>
				lines
					.filter((line) => line.kind !== kind)
					.map((line) => line.text)
					.join('\n');
			expect(without('new')).toBe(before);
			expect(without('gone')).toBe(after);
		})
	);
});

test('says of a changed line that it goes and what comes', () => {
	expect(shown('a = 1\nb = 2\nc = 3', 'a = 1\nb = 20\nc = 3')).toEqual([
		' a = 1',
		'-b = 2',
		'+b = 20',
		' c = 3'
	]);
	expect(shown('same', 'same')).toEqual([' same']);
	// A line end at the end of a text is one line more, and not another last line.
	expect(shown('a', 'a\n')).toEqual([' a', '+']);
});

test('two long texts with nothing in common are compared as wholes, soon', () => {
	const long = (name: string): string => Array.from({ length: 5_000 }, (_, at) => `${name} ${at}`).join('\n');
	const kinds = lineDiff(long('a'), long('b')).map(({ kind }) => kind);
	expect(kinds.indexOf('new')).toBe(5_000);
	expect(kinds).toHaveLength(10_000);
});

test('parts are the lines again, and hide only what is far from every change', () => {
	fc.assert(
		fc.property(text, text, (before, after) => {
			const lines = lineDiff(before, after);
			const parts = diffParts(lines);
			expect(parts.flatMap((part) => part.lines)).toEqual(lines);
			let at = 0;
			for (const part of parts) {
				const around = lines.slice(Math.max(0, at - 3), at + part.lines.length + 3);
				if (part.isFar) {
					expect(part.lines.length).toBeGreaterThan(2);
					expect(around.every(({ kind }) => kind === 'same')).toBe(true);
				}
				at += part.lines.length;
			}
		})
	);
	const ten = Array.from({ length: 10 }, (_, at) => String(at)).join('\n');
	expect(diffParts(lineDiff(ten, `${ten}\nmore`)).map(({ isFar, lines }) => [isFar, lines.length])).toEqual([
		[true, 7],
		[false, 4]
	]);
});
