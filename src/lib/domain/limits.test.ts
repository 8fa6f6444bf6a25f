import * as v from 'valibot';
import { expect, test } from 'vitest';
import { Code, codeFits, maxCodeBytes, maxContextBytes, utf8Bytes } from './limits';
import { SubmissionContext } from './submission';

test('code may weigh 256 KB in UTF-8, and not a byte more', () => {
	expect(codeFits('x'.repeat(maxCodeBytes))).toBe(true);
	expect(codeFits('x'.repeat(maxCodeBytes + 1))).toBe(false);
	expect(codeFits('é'.repeat(maxCodeBytes / 2))).toBe(true);
	expect(codeFits('é'.repeat(maxCodeBytes / 2) + 'x')).toBe(false);
	expect(codeFits('😀'.repeat(maxCodeBytes / 4 + 1))).toBe(false);
});

test('code may hold any characters at all', () => {
	for (const text of ['', '\0', '\ud800', '\r\n', '\uFEFF', 'x\u202e'])
		expect(v.parse(Code, text)).toBe(text);
	expect(utf8Bytes('\ud800')).toBe(3);
});

test('the cells before it may weigh a megabyte together', () => {
	const cell = { cellId: 'a', code: 'x'.repeat(maxCodeBytes) };
	const fitting = Array.from({ length: maxContextBytes / maxCodeBytes }, () => cell);
	expect(v.is(SubmissionContext, fitting)).toBe(true);
	expect(v.is(SubmissionContext, [...fitting, { cellId: 'b', code: 'x' }])).toBe(false);
});
