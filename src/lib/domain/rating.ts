import * as v from 'valibot';
import { Section } from './explanation';
import { ExplanationId, LearnerId } from './ids';

export const RatingValue = v.picklist(['helpful', 'not-helpful']);
export type RatingValue = v.InferOutput<typeof RatingValue>;

/** What a learner says of one explanation. One per learner and explanation; it can be changed and taken back. */
export const NewRating = v.strictObject({
	value: RatingValue,
	reasons: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(60))), v.maxLength(20)), []),
	comment: v.optional(v.pipe(v.string(), v.maxLength(4_000))),
	sections: v.optional(v.record(Section, v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5))))
});
export type NewRating = v.InferOutput<typeof NewRating>;

export const Rating = v.strictObject({
	...NewRating.entries,
	explanationId: ExplanationId,
	learnerId: LearnerId
});
export type Rating = v.InferOutput<typeof Rating>;
