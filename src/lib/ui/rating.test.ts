import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { sections } from '$lib/domain/explanation';
import { NewRating, RatingReason, RatingValue } from '$lib/domain/rating';
import { charactersLeft, formOf, maxComment, ratingOf, spokenLeft, type RatingForm } from './rating';

const value = fc.constantFrom(...RatingValue.options);
const stars = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
const form: fc.Arbitrary<RatingForm> = fc.record({
	reasons: fc.subarray([...RatingReason.options]),
	sections: fc.record(Object.fromEntries(sections.map((section) => [section, stars]))),
	comment: fc.string({ maxLength: maxComment })
});

test('whatever stands in the form, the server takes it, and the form shows it again', () => {
	fc.assert(
		fc.property(value, form, (chosen, filled) => {
			const said = ratingOf(chosen, filled);
			expect(v.parse(NewRating, JSON.parse(JSON.stringify(said)))).toEqual(said);
			expect(ratingOf(chosen, formOf(said))).toEqual(said);
			expect(said.comment ?? '').toBe(filled.comment.trim());
			for (const section of sections) expect(said.sections?.[section]).toBe(filled.sections[section]);
		})
	);
});

test('reasons go with "not helpful" only', () => {
	const unclear: RatingForm = { reasons: ['unclear'], sections: {}, comment: ' ' };
	expect(ratingOf('not-helpful', unclear)).toEqual({ value: 'not-helpful', reasons: ['unclear'] });
	expect(ratingOf('helpful', unclear)).toEqual({ value: 'helpful', reasons: [] });
});

test('changing the form does not change what was said', () => {
	const said: NewRating = { value: 'not-helpful', reasons: ['wrong'], sections: { purpose: 2 } };
	const changed = formOf(said);
	changed.reasons.push('unclear');
	changed.sections.steps = 5;
	expect(said).toEqual({ value: 'not-helpful', reasons: ['wrong'], sections: { purpose: 2 } });
});

test('the longest comment that the form allows is the longest that the server takes', () => {
	const said = (length: number) => v.is(NewRating, { value: 'helpful', comment: 'x'.repeat(length) });
	expect([said(maxComment), said(maxComment + 1)]).toEqual([true, false]);
});

test('what is left of a comment is told near its end, and spoken a few times', () => {
	const at = (left: number) => {
		const comment = 'x'.repeat(maxComment - left);
		return [charactersLeft(comment), spokenLeft(comment)];
	};
	expect(at(201)).toEqual([undefined, undefined]);
	expect(at(200)).toEqual([200, undefined]);
	expect(at(100)).toEqual([100, 100]);
	expect(at(21)).toEqual([21, 100]);
	expect(at(20)).toEqual([20, 20]);
	expect(at(0)).toEqual([0, 0]);
});
