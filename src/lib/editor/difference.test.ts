import { EditorState } from '@codemirror/state';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from './difference';

const text = fc.oneof(
	fc.string({ unit: fc.constantFrom('a', 'b', '\n', '🐍', '🐢') }),
	fc.string({ unit: 'grapheme' })
);

test('leads from one text to the other', () => {
	fc.assert(
		fc.property(text, text, (before, after) => {
			const { from, to, insert } = difference(before, after);
			expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
		})
	);
});

test('never cuts a character in two', () => {
	fc.assert(
		fc.property(text, text, (before, after) => {
			const { insert, from, to } = difference(before, after);
			expect([insert, before.slice(from, to)].every((part) => part.isWellFormed())).toBe(true);
		})
	);
	expect(difference('🐍', '🐢')).toEqual({ from: 0, to: 2, insert: '🐢' });
});

test('leaves what is alike, and the cursor in it', () => {
	expect(difference('a = 1\nb = 2\nc = 3', 'a = 1\nb = 20\nc = 3')).toEqual({
		from: 11,
		to: 11,
		insert: '0'
	});
	expect(difference('same', 'same')).toEqual({ from: 4, to: 4, insert: '' });
	expect(difference('aa', 'aaa')).toEqual({ from: 2, to: 2, insert: 'a' });
	const state = EditorState.create({ doc: 'x = 1\ny = 2', selection: { anchor: 8 } });
	const next = state.update({ changes: difference('x = 1\ny = 2', 'x = 100\ny = 2') }).state;
	expect(next.selection.main.head).toBe(10);
});
