import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countBlanks, fillBlanks, piecesOf, readBlanks } from './lesson-blanks';

describe('blanks', () => {
	test('are underscores that are no part of a name', () => {
		expect(piecesOf('a = ___ + ______')).toEqual(['a = ', ' + ', '']);
		for (const none of ['__init__', '_x', '__', 'a___b', '___a', 'a___', ''])
			expect(countBlanks(none)).toBe(0);
		expect(countBlanks('f(___,___)[___]')).toBe(3);
	});

	test('that are empty stay blanks, as long as they were', () => {
		expect(fillBlanks('a = ___ + _____', ['1', ' '])).toBe('a = 1 + _____');
		expect(readBlanks('a = ___ + _____', 'a = 1 + _____')).toEqual(['1', '']);
		expect(readBlanks('a = ___', 'a = ___')).toEqual(['']);
	});

	test('of other code are not these', () => {
		for (const code of [
			'',
			'a = ',
			'b = 1 + 2',
			'a = 1 + 2\nb',
			'a = 1\n + 2',
			`a = ${'1'.repeat(90)} + 2`
		]) {
			expect(readBlanks('a = ___ + ___\n', code)).toBeUndefined();
		}
	});

	test('many of them that fit nowhere are given up quickly', () => {
		const from = performance.now();
		expect(readBlanks('___ '.repeat(20), `${'a '.repeat(3_000)}b`)).toBeUndefined();
		expect(performance.now() - from).toBeLessThan(2_000);
	});

	test('a fill that looks like the program around it gives the same program again', () => {
		const text = fc.stringMatching(/^[a-z+ ()]{0,6}$/);
		fc.assert(
			fc.property(
				fc.array(text, { minLength: 1, maxLength: 4 }),
				fc.array(text, { maxLength: 4 }),
				(parts, fills) => {
					const starter = `x${parts.map((part) => `${part} ___`).join('')} y`;
					const code = fillBlanks(starter, fills);
					const read = readBlanks(starter, code);
					expect(read).toHaveLength(countBlanks(starter));
					expect(fillBlanks(starter, read ?? [])).toBe(code);
				}
			)
		);
	});
});
