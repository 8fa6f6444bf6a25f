import { closeBrackets } from '@codemirror/autocomplete';
import { history, undo } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { EditorState } from '@codemirror/state';
import { describe, expect, test } from 'vitest';
import { typeText } from './typing';

const open = (doc: string, anchor: number, head = anchor): EditorState =>
	EditorState.create({
		doc,
		selection: { anchor, head },
		extensions: [pythonLanguage, closeBrackets(), history()]
	});

function press(state: EditorState, ...keys: string[]): EditorState {
	let next = state;
	for (const key of keys) typeText(key)({ state: next, dispatch: (done) => (next = done.state) });
	return next;
}

describe('a key above the keyboard', () => {
	test.each([
		['(', 'f()', 2],
		['[', 'f[]', 2],
		['"', 'f ""', 3],
		[':', 'f:', 2],
		['_', 'f_', 2],
		['=', 'f=', 2]
	])('types %s', (key, expected, cursor) => {
		const doc = key === '"' ? 'f ' : 'f';
		const state = press(open(doc, doc.length), key);
		expect([state.doc.toString(), state.selection.main.head]).toEqual([expected, cursor]);
	});
	test.each([
		['(', 'print(name)'],
		['[', 'print[name]'],
		['"', 'print"name"']
	])('%s wraps a selection, and keeps it', (key, expected) => {
		const state = press(open('printname', 5, 9), key);
		expect(state.doc.toString()).toBe(expected);
		expect(state.sliceDoc(state.selection.main.from, state.selection.main.to)).toBe('name');
	});
	test('is one step to undo', () => {
		let state = press(open('printname', 5, 9), '(');
		undo({ state, dispatch: (done) => (state = done.state) });
		expect(state.doc.toString()).toBe('printname');
	});
	test('types nothing where nothing can be typed', () => {
		const state = EditorState.create({ doc: 'x', extensions: EditorState.readOnly.of(true) });
		expect(press(state, '(', ':').doc.toString()).toBe('x');
	});
});
