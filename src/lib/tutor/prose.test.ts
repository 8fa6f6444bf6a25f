import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyText } from '$lib/domain/arbitraries';
import type { Claim } from '$lib/domain/claim';
import { ClaimId } from '$lib/domain/ids';
import { segmentsOf, type Sentence } from './prose';

const claim = (id: string): Claim => ({
	id: v.parse(ClaimId, id),
	kind: 'returns',
	probe: { call: 'f(1)' },
	expect: '2'
});
const source = 'def clamp(n, low):\n    if n < 0:\n        return 15\n    return low + 1.5\n';

const read = (text: string, ...ids: string[]): Sentence[] =>
	segmentsOf({ text, claims: ids.map(claim) }, source);

/** The sentences with slots as `<id>` and code as `|code|`. */
const shape = (text: string, ...ids: string[]): string[] =>
	read(text, ...ids).map(({ parts }) =>
		parts
			.map((part) => {
				if (part.kind === 'slot') return `<${part.claim.id}>`;
				return part.kind === 'code' ? `|${part.text}|` : part.text;
			})
			.join('')
	);

describe('parts', () => {
	test.each([
		['It gives {a} and {b}.', ['It gives <a> and {b}.']],
		['`n` and ``a ` b`` and `` ` ``', ['|n| and |a ` b| and |`|']],
		['`{a}` is a slot, `x{a}` is code', ['<a> is a slot, |x{a}| is code']],
		['`open {a}', ['`open <a>']],
		['``open` {a}', ['``open` <a>']],
		['{{a}} { a } {A} {a', ['{<a>} { a } {A} {a']],
		['{constructor} {__proto__}', ['{constructor} {__proto__}']],
		['', []]
	])('%j', (text, expected) => {
		expect(shape(text, 'a')).toEqual(expected);
	});
});

describe('sentences', () => {
	test.each([
		['One. Two! Three? Four… Five', ['One. ', 'Two! ', 'Three? ', 'Four… ', 'Five']],
		['It ends. `n` begins. {a} too.', ['It ends. ', '|n| begins. ', '<a> too.']],
		['In `a. B` there is no end. Here is.', ['In |a. B| there is no end. ', 'Here is.']],
		['Some, e.g. Lists, i.e. Rows. Yes', ['Some, e.g. Lists, i.e. Rows. ', 'Yes']],
		['It is approx. five. Done.', ['It is approx. five. ', 'Done.']],
		['1. First\n2. Second', ['1. First\n', '2. Second']],
		['(It ends.) And goes on.', ['(It ends.) ', 'And goes on.']],
		['self.items stays. OK', ['self.items stays. ', 'OK']],
		['終わり。次', ['終わり。', '次']]
	])('%j', (text, expected) => {
		expect(shape(text, 'a')).toEqual(expected);
	});

	test('nothing is lost', () => {
		fc.assert(
			fc.property(fc.oneof(anyText, fc.stringMatching(/^[ab.!? \n{}'"0-9[\]-]{0,60}$/)), (text) => {
				fc.pre(!text.includes('`'));
				expect(shape(text).join('')).toBe(text);
			})
		);
	});

	test('never throws, whatever is marked', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[`{}a. \n]{0,60}$/), (text) => {
				expect(Array.isArray(read(text, 'a', 'aa'))).toBe(true);
			})
		);
	});
});

describe('values without a claim', () => {
	test.each([
		'It returns 15.',
		'It returns -3.',
		'It returns .5 here.',
		'The result is ½.',
		'It is called 2x.',
		'It returns `16`.',
		'It returns `5`.',
		'Calling `clamp(7, 2)` works.',
		'It returns "low".',
		'It returns “low”.',
		"It returns 'low'.",
		"It returns ''.",
		'It returns True.',
		'It returns None.',
		'It gives [] back.',
		'It gives [n, low] back.',
		'It gives {} back.',
		'It gives {gone} back.',
		'It gives () back.',
		'After line 3, 12 is returned.',
		'After lines 3 and 4, 12 is returned.',
		'Line 3 runs 5 times.',
		'On line 3.5 nothing is.',
		'1. It returns 4.',
		'It gives {a} and 4.'
	])('%s', (text) => {
		expect(read(text, 'a')).toEqual([expect.objectContaining({ unchecked: true })]);
	});

	test.each([
		'It returns {a}.',
		'It returns `{a}`.',
		'It returns `15` or `low + 1.5`.',
		'It returns `low`, or `other`.',
		'One of the first two runs twice.',
		'Line 3 runs, then lines 2, 4 and 5, lines 3 to 5, lines 3–5, line 2-4 and step 1.',
		'On line 3, the loop ends.',
		'1. It begins.',
		'2) It begins.',
		'Written for Python 3.14.',
		'The 2nd item of a 2D grid.',
		"It doesn't end, and the lists' items don't either.",
		'None of the lines runs.',
		'Names like x2, utf8 and clamp() are none.',
		'It is true that nothing falsy comes back.',
		'See `if n < 0` above.',
		''
	])('%s', (text) => {
		expect(read(text, 'a').filter(({ unchecked }) => unchecked)).toEqual([]);
	});

	test('only the sentence that states it is marked', () => {
		expect(read('It begins. It returns 3. It ends.').map(({ unchecked }) => unchecked)).toEqual([
			false,
			true,
			false
		]);
	});

	test('long prose is read in good time', () => {
		for (const text of [
			'`'.repeat(10_000),
			'` `` '.repeat(2_000),
			"'a ".repeat(3_000),
			'['.repeat(10_000),
			'1, '.repeat(3_000)
		]) {
			const start = performance.now();
			read(text);
			read(`lines ${text}`);
			expect(performance.now() - start).toBeLessThan(10_000);
		}
	});
});
