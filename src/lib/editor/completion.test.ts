import { CompletionContext } from '@codemirror/autocomplete';
import { pythonLanguage } from '@codemirror/lang-python';
import { EditorState } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { attributes, names, valueBefore } from './completion';
import type { AskMembers, Members } from './members';

const stateOf = (doc: string): EditorState => EditorState.create({ doc, extensions: pythonLanguage });

/** At the `|`, or at the end. */
function contextAt(marked: string, explicit = false): CompletionContext {
	const at = marked.includes('|') ? marked.indexOf('|') : marked.length;
	return new CompletionContext(stateOf(marked.replace('|', '')), at, explicit);
}

const nothing: AskMembers = () => Promise.resolve(undefined);

describe('names', () => {
	const source = names({ above: () => ['total = 1\nimport math'], members: nothing });
	const labels = (marked: string, explicit = false): string[] | undefined =>
		source(contextAt(marked, explicit))?.options.map(({ label }) => label);

	test('are those of the cell, of the cells above, and Python’s own, each once', () => {
		const found = labels('total = 2\ndef area(width):\n    wi|');
		expect(found).toEqual(expect.arrayContaining(['width', 'area', 'total', 'math', 'print', 'while']));
		expect(new Set(found).size).toBe(found?.length);
	});
	test.each(['pr', 'x = pr', 'f(pr', 'f"{pr|}"', 'größ', 'for i in ra'])('are offered in %j', (marked) => {
		expect(labels(marked)).toBeDefined();
	});
	test.each([
		'p',
		'',
		'x = ',
		'# pr',
		'"pr|"',
		'text.up',
		'text. up',
		'12pr',
		'def ar',
		'class Po',
		'import math as ma'
	])('leave alone who types %j', (marked) => {
		expect(labels(marked)).toBeUndefined();
	});
	test.each(['', 'p', 'x = '])('come when they are asked for in %j', (marked) => {
		expect(labels(marked, true)).toContain('print');
	});
});

describe('the value before a dot', () => {
	test.each([
		['text.', ['text'], false],
		['x = text.', ['text'], false],
		['f(text.|)', ['text'], false],
		['text.up|per', ['text'], false],
		['os.path.jo', ['os', 'path'], false],
		['text.\nprint(1)', ['text'], false],
		['f"{text.|}"', ['text'], false],
		['"abc".', ['str'], true],
		['b"abc".', ['bytes'], true],
		['[1, 2].', ['list'], true],
		['{1: 2}.', ['dict'], true],
		['{1}.', ['set'], true],
		['(1, 2).', ['tuple'], true]
	])('in %j is %j', (marked, path, instance) => {
		const dot = marked.replace('|', '').indexOf('.', marked.startsWith('os') ? 3 : 0);
		expect(valueBefore(stateOf(marked.replace('|', '')), dot)).toEqual({ path, instance });
	});
	test.each(['f().', 'xs[0].', '(a + b).', '"a.b"', '# a.b', '1.5', '...', 'from . import a', 'f(x).y.'])(
		'is not known in %j',
		(code) => {
			expect(valueBefore(stateOf(code), code.lastIndexOf('.'))).toBeUndefined();
		}
	);
});

describe('attributes', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	const upper: Members = [{ name: 'upper', kind: 'method', detail: '()' }];
	const ask = vi.fn<AskMembers>();
	const source = attributes({ above: () => [], members: ask });

	test('come from Python, with their parameters', async () => {
		ask.mockResolvedValue(upper);
		const found = await source(contextAt('text.up'));
		expect(ask).toHaveBeenLastCalledWith({ path: ['text'], instance: false, private: false });
		expect(found).toMatchObject({ from: 5, options: [{ label: 'upper', type: 'method', detail: '()' }] });
	});
	test('with an underscore are asked for by one', async () => {
		ask.mockResolvedValue(upper);
		await source(contextAt('text._'));
		expect(ask).toHaveBeenLastCalledWith({ path: ['text'], instance: false, private: true });
	});
	test.each<[string, Awaited<ReturnType<AskMembers>>]>([
		['is busy', undefined],
		['knows nothing', null],
		['knows of none', []]
	])('do not come where Python %s', async (_, answer) => {
		ask.mockResolvedValue(answer);
		expect(await source(contextAt('text.'))).toBeNull();
	});
	test('do not come where asking fails', async () => {
		ask.mockRejectedValue(new Error('gone'));
		expect(await source(contextAt('text.'))).toBeNull();
	});
	test('are waited for no longer than 150 ms', async () => {
		const late = Promise.withResolvers<Members>();
		ask.mockReturnValue(late.promise);
		const found = source(contextAt('text.'));
		await vi.advanceTimersByTimeAsync(149);
		expect(vi.getTimerCount()).toBe(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(await found).toBeNull();
		late.resolve(upper);
	});
	test('are not asked for where nothing stands before the dot', async () => {
		ask.mockClear();
		for (const code of ['f().', '"a.b', '1.', 'text']) expect(await source(contextAt(code))).toBeNull();
		expect(ask).not.toHaveBeenCalled();
	});
});
