import { insertNewlineAndIndent, toggleComment } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { indentUnit } from '@codemirror/language';
import { EditorSelection, EditorState, type StateCommand } from '@codemirror/state';
import { describe, expect, test } from 'vitest';
import { indent, outdent, outdentAfterLeaving } from './indentation';

/** `|` stands for the cursor, two of them for a selection's ends. */
function after(marked: string, ...commands: StateCommand[]): string {
	const [head = '', middle, tail] = marked.split('|');
	if (middle === undefined) throw new Error('There is no cursor in it.');
	const doc = head + middle + (tail ?? '');
	let state = EditorState.create({
		doc,
		selection: EditorSelection.range(head.length, head.length + (tail === undefined ? 0 : middle.length)),
		extensions: [pythonLanguage, indentUnit.of('    '), EditorState.tabSize.of(4), outdentAfterLeaving]
	});
	for (const command of commands) command({ state, dispatch: (transaction) => (state = transaction.state) });
	const { from, to, empty } = state.selection.main;
	const text = state.doc.toString();
	if (empty) return `${text.slice(0, from)}|${text.slice(from)}`;
	return `${text.slice(0, from)}|${text.slice(from, to)}|${text.slice(to)}`;
}

describe('Tab', () => {
	test.each([
		['|x', '    |x'],
		['  |x', '    |x'],
		['    |x', '        |x'],
		['x =|', 'x = |'],
		['x = |', 'x =     |'],
		['if x:\n    |a\n    b|\nc', 'if x:\n        |a\n        b|\nc'],
		['|a\nb|', '    |a\n    b|']
	])('%j becomes %j', (before, expected) => {
		expect(after(before, indent)).toBe(expected);
	});
	test.each([
		['        x|', '    x|'],
		['  |x', '|x'],
		['|x', '|x'],
		['    |a\n        b|', '|a\n    b|']
	])('with Shift, %j becomes %j', (before, expected) => {
		expect(after(before, outdent)).toBe(expected);
	});
	test('types nothing where nothing can be typed', () => {
		const state = EditorState.create({ doc: 'x', extensions: EditorState.readOnly.of(true) });
		const dispatch = (): void => expect.unreachable();
		expect(indent({ state, dispatch })).toBe(false);
	});
});

describe('Enter', () => {
	test.each([
		['if x:|', 'if x:\n    |'],
		['def f():\n    if x:|', 'def f():\n    if x:\n        |'],
		['def f(n):\n    a = 1|', 'def f(n):\n    a = 1\n    |'],
		['def f(n):\n    return n|', 'def f(n):\n    return n\n|'],
		['def f(n):\n    return|', 'def f(n):\n    return\n|'],
		['for a in b:\n    if a:\n        break|', 'for a in b:\n    if a:\n        break\n    |'],
		['while a:\n    continue  # on|', 'while a:\n    continue  # on\n|'],
		['class A:\n    pass|\nx = 1', 'class A:\n    pass\n|\nx = 1'],
		['def f():\n    raise ValueError("no")|', 'def f():\n    raise ValueError("no")\n|'],
		// No keyword, or not the end of the statement.
		['def f():\n    returned = 1|', 'def f():\n    returned = 1\n    |'],
		['pass|', 'pass\n|']
	])('%j becomes %j', (before, expected) => {
		expect(after(before, insertNewlineAndIndent)).toBe(expected);
	});
	test.each([
		'def f():\n    return g(|',
		'def f():\n    return [1,|2]',
		'def f():\n    return """a|\n"""',
		'def f():\n    return 1 + \\|'
	])('goes on with the statement in %j', (before) => {
		const [line = ''] = after(before, insertNewlineAndIndent).split('|');
		expect(line.slice(line.lastIndexOf('\n') + 1).length).toBeGreaterThanOrEqual(4);
	});
});

test('Ctrl-/ comments and uncomments', () => {
	expect(after('    |x = 1', toggleComment)).toBe('    # |x = 1');
	expect(after('|a\nb|', toggleComment)).toBe('# |a\n# b|');
	expect(after('    |x = 1', toggleComment, toggleComment)).toBe('    |x = 1');
});
