import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { CourseText, maxHits, searchCourse } from './course-text';

const course = v.parse(CourseText, [
	{
		id: 'loops',
		language: 'en',
		title: 'Loops',
		summary: 'Do things again.',
		parts: [
			{ text: 'Computers repeat.' },
			{
				heading: { id: 'ends', title: 'Where it ends' },
				text: `${'word '.repeat(60)}The range leaves out its END.`
			}
		]
	},
	{
		id: 'lists',
		language: 'en',
		title: 'Lists',
		summary: 'Many values.',
		parts: [{ text: 'A loop over a list.' }]
	}
]);
const found = (query: string) =>
	searchCourse(course, query).map(({ lesson, heading }) => [lesson, heading?.id]);

it('finds titles, summaries, headings and text, whatever the case, with the heading they stand under', () => {
	expect(found('LOOP')).toEqual([
		['loops', undefined],
		['lists', undefined]
	]);
	expect(found('again')).toEqual([['loops', undefined]]);
	expect(found('range')).toEqual([['loops', 'ends']]);
	expect(found('where')).toEqual([['loops', 'ends']]);
	expect(found('nothing')).toEqual([]);
	expect(found('  ')).toEqual([]);
});

it('wants every word, in any order', () => {
	expect(found('list loop')).toEqual([['lists', undefined]]);
	expect(found('list range')).toEqual([]);
});

it('shows the text around what it found, and marks it', () => {
	const [hit] = searchCourse(course, 'range end');
	const marked = hit?.excerpt.filter((piece) => piece.found).map(({ text }) => text);
	expect(marked).toEqual(['range', 'END']);
	expect(hit?.excerpt[0]).toEqual({ text: '… ', found: false });
});

it('an excerpt is a piece of the text, and no result is without its words', () => {
	// Letters that grow when they are made small, and pairs, among others.
	const letters = fc.string({
		unit: fc.constantFrom('a', 'B', 'İ', 'ß', '😀', ' ', 'Σ'),
		minLength: 1,
		maxLength: 300
	});
	fc.assert(
		fc.property(letters, fc.nat(), fc.integer({ min: 1, max: 200 }), (text, seed, length) => {
			const from = seed % text.length;
			const query = text.slice(from, from + length);
			fc.pre(query.trim() !== '');
			const one = [{ ...course[0], title: '', summary: '', parts: [{ text }] }] as CourseText;
			const hits = searchCourse(one, query);
			expect(hits).toHaveLength(1);
			for (const { excerpt } of hits) {
				const shown = excerpt.map((piece) => piece.text).join('');
				expect(text).toContain(shown.replace(/^… /, '').replace(/ …$/, ''));
				expect(excerpt.some((piece) => piece.found)).toBe(true);
			}
		})
	);
});

it('ends with so many', () => {
	const parts = Array.from({ length: 2 * maxHits }, () => ({ text: 'loop' }));
	const long = [{ ...course[0], parts }] as CourseText;
	expect(searchCourse(long, 'loop')).toHaveLength(maxHits);
});
