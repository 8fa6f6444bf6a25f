import { describe, expect, test } from 'vitest';
import type { PyError } from '$lib/domain/run';
import { isAsExpected, shownBy } from './prediction';

const print = (text: string) => ({ kind: 'stdout' as const, text });
const error: PyError = { type: 'ValueError', message: 'no such town', frames: [], traceback: '' };

describe('what a run showed', () => {
	test('is its output, a value with its line end, and the last line of an error', () => {
		expect(shownBy({ outputs: [print('a\n'), { kind: 'display', data: { 'text/plain': '7' } }] })).toBe(
			'a\n7'
		);
		expect(shownBy({ outputs: [print('a\n')], error })).toBe('a\nValueError: no such town');
		expect(shownBy({ outputs: [], error })).toBe('ValueError: no such town');
		expect(shownBy({ outputs: [] })).toBe('');
	});
});

describe('a guess', () => {
	test('is right whatever cannot be seen at the ends of lines', () => {
		expect(isAsExpected('a  \nb', { outputs: [print('a\nb\n')] })).toBe(true);
		expect(isAsExpected('', { outputs: [] })).toBe(true);
		expect(isAsExpected('a\n\nb', { outputs: [print('a\nb\n')] })).toBe(false);
		expect(isAsExpected(' a', { outputs: [print('a')] })).toBe(false);
		expect(isAsExpected('A', { outputs: [print('a')] })).toBe(false);
	});

	test('needs quotes where Python shows some, of whichever kind', () => {
		const result = { outputs: [print("['Ember', 'Up']\n")] };
		for (const guess of ['["Ember", "Up"]', "['Ember', 'Up']", '[“Ember”, ‘Up’]'])
			expect(isAsExpected(guess, result), guess).toBe(true);
		expect(isAsExpected('[Ember, Up]', result)).toBe(false);
	});

	test('of an error needs its name, not its message', () => {
		const result = { outputs: [print('a\n')], error };
		expect(isAsExpected('a\nValueError', result)).toBe(true);
		expect(isAsExpected('a\nValueError: no such town', result)).toBe(true);
		expect(isAsExpected('a\nTypeError', result)).toBe(false);
		expect(isAsExpected('a', result)).toBe(false);
		expect(isAsExpected('ValueError', { outputs: [], error })).toBe(true);
	});
});
