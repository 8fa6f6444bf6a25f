import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { knownReasons, NewRating, RatingReason } from './rating';

describe('a new rating', () => {
	it('is a value, and everything else when the learner wants to say it', () => {
		expect(v.parse(NewRating, { value: 'helpful' })).toEqual({ value: 'helpful', reasons: [] });
		const whole = {
			value: 'not-helpful',
			reasons: [...RatingReason.options],
			comment: 'x'.repeat(4_000),
			sections: { purpose: 1, steps: 5, examples: 3, edgeCases: 2 }
		};
		expect(v.parse(NewRating, whole)).toEqual(whole);
	});

	it.each([
		{ reasons: ['confusing'] },
		{ reasons: ['wrong', 'wrong'] },
		{ reasons: [''] },
		{ comment: 'x'.repeat(4_001) },
		{ sections: { purpose: 0 } },
		{ sections: { purpose: 6 } },
		{ sections: { purpose: 2.5 } },
		{ sections: { summary: 3 } },
		{ value: 'fine' }
	])('cannot be %j', (change) => {
		expect(v.is(NewRating, { value: 'helpful', ...change })).toBe(false);
	});
});

it('takes out of stored reasons those that are on the list, whatever else was stored', () => {
	const stored = fc.array(fc.oneof(fc.constantFrom(...RatingReason.options), fc.string()), { maxLength: 20 });
	fc.assert(
		fc.property(stored, (reasons) => {
			const known = knownReasons(reasons);
			expect(v.parse(NewRating, { value: 'helpful', reasons: known }).reasons).toEqual(known);
			expect(new Set(known)).toEqual(new Set(reasons.filter((reason) => v.is(RatingReason, reason))));
		})
	);
});
