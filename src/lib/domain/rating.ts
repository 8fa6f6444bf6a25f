import * as v from 'valibot';
import { Section } from './explanation';
import { ExplanationId, LearnerId } from './ids';

export const RatingValue = v.picklist(['helpful', 'not-helpful']);
export type RatingValue = v.InferOutput<typeof RatingValue>;

/** Why an explanation was not as it should be, as tags: words of one's own belong in the comment. */
export const RatingReason = v.picklist(['wrong', 'unclear', 'too-long', 'gave-away-the-answer', 'off-topic']);
export type RatingReason = v.InferOutput<typeof RatingReason>;

/** How good one section was: 1 is poor, 5 is excellent. */
const Stars = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5));

const details = {
	reasons: v.pipe(
		v.array(RatingReason),
		v.maxLength(RatingReason.options.length),
		v.check((reasons) => new Set(reasons).size === reasons.length, 'A reason is given once.')
	),
	comment: v.optional(v.pipe(v.string(), v.maxLength(4_000))),
	sections: v.optional(v.record(Section, Stars))
};

/** What a learner says of one explanation. One per learner and explanation; it can be changed and taken back. */
export const NewRating = v.strictObject({
	value: RatingValue,
	...details,
	reasons: v.optional(details.reasons, [])
});
export type NewRating = v.InferOutput<typeof NewRating>;

export const Rating = v.strictObject({
	...NewRating.entries,
	explanationId: ExplanationId,
	learnerId: LearnerId
});
export type Rating = v.InferOutput<typeof Rating>;

/** A rating apart from its value, for a page that lets the learner go on from what they said. */
export const RatingDetails = v.strictObject(details);
export type RatingDetails = v.InferOutput<typeof RatingDetails>;

/**
 * Reasons as they are stored. Before there was a list of them any text was taken, so what is stored may say what is on no
 * list; a learner's export shows that too.
 */
export const StoredReasons = v.array(v.string());

/** Those of the stored reasons that are on the list, each once. */
export const knownReasons = (stored: readonly string[]): RatingReason[] =>
	RatingReason.options.filter((reason) => stored.includes(reason));
