import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Claim } from '$lib/domain/claim';
import { ClaimId } from '$lib/domain/ids';
import { linesOf, modelSentences } from './model-prose';

const claim: Claim = {
	id: v.parse(ClaimId, 'a'),
	kind: 'count',
	probe: {},
	line: 1,
	expect: 1
};
const code = 'def f(n):\n    total = n + 2\r\n    return total * 15\n';
const marks = (text: string, lines = code): boolean[] =>
	modelSentences({ text, claims: [claim] }, lines).map(({ unchecked }) => unchecked);

describe('states a value', () => {
	test.each([
		'It gives 5.',
		'The text is "done".',
		"It returns ''.",
		'The list is [1, 2].',
		'It returns True.',
		'It is `total * 16`.',
		'The loop runs three times.',
		'The loop makes twenty-one passes.',
		'It returns seven.',
		'The result is always forty-two.',
		'`total` becomes exactly ten.',
		'It prints the word twice.',
		'The body runs only once.',
		'The body never runs, it executes never.',
		'It gives back an empty list.',
		'It returns nothing.',
		'It always returns false.',
		'It evaluates to none.',
		'It returns minus two.',
		'The value {unknown} comes back.',
		'The total ends up at one hundred.'
	])('%s', (text) => {
		expect(marks(text)).toContain(true);
	});
});

describe('states none', () => {
	test.each([
		'It gives {a}.',
		'The loop runs {a} times, for each word.',
		'First it adds `n + 2`, see line 2.',
		'When the list is empty, the loop is passed over.',
		'It takes one word after the other, and once it has all of them it ends.',
		'If the condition is true, the second branch is taken.',
		'None of the words is lost.',
		'The function gives back `total`.',
		'It compares both numbers.'
	])('%s', (text) => {
		expect(marks(text)).not.toContain(true);
	});
});

test('code counts as quoted only where it stands in the lines that are described', () => {
	const at = (line: number): string => linesOf(code, { from: line, to: line });
	expect(marks('It takes `n + 2`.', at(2))).toEqual([false]);
	expect(marks('It takes `n + 2`.', at(3))).toEqual([true]);
	expect(at(3)).toBe('    return total * 15');
});

test('each sentence has its own mark', () => {
	expect(marks('It adds. It gives 5. It ends with {a}.')).toEqual([false, true, false]);
});
