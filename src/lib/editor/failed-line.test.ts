import { EditorState, type TransactionSpec } from '@codemirror/state';
import { describe, expect, test } from 'vitest';
import { failedLine, markFailure, maxMessageChars } from './failed-line';

const code = 'a = 1\nb = c\nd = 2';
const failed = (message = 'NameError: c'): EditorState =>
	EditorState.create({ doc: code, extensions: failedLine }).update({
		effects: markFailure.of({ line: 2, message })
	}).state;
const line = (state: EditorState): number | undefined => {
	const mark = state.field(failedLine);
	return mark === undefined ? undefined : state.doc.lineAt(mark.at).number;
};
const edited = (spec: TransactionSpec): number | undefined => line(failed().update(spec).state);

describe('the mark of a failed line', () => {
	test('is on the line, with the message', () => {
		expect(failed().field(failedLine)).toEqual({ at: 6, message: 'NameError: c' });
	});
	test('goes with the line', () => {
		expect(edited({ changes: { from: 0, insert: '# new\n' } })).toBe(3);
		expect(edited({ changes: { from: 0, to: 6 } })).toBe(1);
		expect(edited({ changes: { from: 0, to: 1, insert: 'other' } })).toBe(2);
		expect(edited({ changes: { from: 6, insert: '\n' } })).toBe(3);
		expect(edited({ changes: { from: 11, insert: '\n' } })).toBe(2);
		expect(edited({ changes: { from: code.length, insert: '\nx' } })).toBe(2);
	});
	test('is gone when the line changes', () => {
		expect(edited({ changes: { from: 10, to: 11, insert: 'a' } })).toBeUndefined();
		expect(edited({ changes: { from: 11, insert: ' ' } })).toBeUndefined();
		expect(edited({ changes: { from: 0, to: code.length, insert: 'x' } })).toBeUndefined();
		expect(edited({ changes: { from: 5, to: 6 } })).toBeUndefined();
	});
	test('is taken off, and not put on a line that is not there', () => {
		expect(edited({ effects: markFailure.of(undefined) })).toBeUndefined();
		for (const missing of [0, 4, -1])
			expect(edited({ effects: markFailure.of({ line: missing, message: 'x' }) })).toBeUndefined();
	});
	test('has one line of message, however long it is', () => {
		expect(failed('one\ntwo').field(failedLine)?.message).toBe('one');
		expect(failed('x'.repeat(10_000)).field(failedLine)?.message).toHaveLength(maxMessageChars + 1);
	});
});
