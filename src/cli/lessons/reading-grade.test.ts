import { expect, it } from 'vitest';
import { readingGrade, syllablesOf } from './reading-grade';

it.each([
	['cat', 1],
	['table', 2],
	['make', 1],
	['makes', 1],
	['reading', 2],
	['jumped', 1],
	['wanted', 2],
	['beautiful', 3],
	['computer', 3],
	['café', 2],
	['rhythm', 1],
	['42', 1],
	['don’t', 1]
])('%s has %i syllables', (word, count) => expect(syllablesOf(word)).toBe(count));

const plain = 'The cat sat on the mat. It was warm there. A dog came in and lay down next to the cat. ';
const hard =
	'Notwithstanding considerable organisational difficulties, the administration implemented comprehensive regulations concerning international communication infrastructure. ';

it('is low for plain sentences, and high for learned ones', () => {
	expect(readingGrade([plain.repeat(4)])).toBeLessThan(2);
	expect(readingGrade([hard.repeat(5)])).toBeGreaterThan(18);
});

it('follows the formula', () => {
	// 60 words of one syllable in 10 sentences: 0.39 · 6 + 11.8 · 1 − 15.59.
	expect(readingGrade(Array.from({ length: 10 }, () => 'Go and get the big cup.'))).toBe(0);
	// 60 words of three syllables in 4 sentences: 0.39 · 15 + 11.8 · 3 − 15.59.
	expect(readingGrade(Array.from({ length: 4 }, () => 'computer '.repeat(15)))).toBe(25.7);
});

it('says nothing of a few words', () => {
	expect(readingGrade([])).toBeUndefined();
	expect(readingGrade(['go '.repeat(59)])).toBeUndefined();
	expect(readingGrade(['go '.repeat(60)])).toBeDefined();
});
