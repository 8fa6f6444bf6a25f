import * as v from 'valibot';

/**
 * The texts by which learners were ever asked whether their work may be used for training. Who changes what such a text means
 * adds a version and leaves the old ones here: somebody agreed to them. The newest one is last.
 */
export const TrainingWording = v.picklist(['training/1']);
export type TrainingWording = v.InferOutput<typeof TrainingWording>;

/** What a learner answers. It can be changed at any time. */
export const ChangeConsent = v.strictObject({
	state: v.picklist(['given', 'refused']),
	/** The version of the text that they read. */
	wording: TrainingWording
});
export type ChangeConsent = v.InferOutput<typeof ChangeConsent>;

/** Whether a learner's work may be used for training: only where the state is `given`, now. `at` is when they said so. */
export const Consent = v.variant('state', [
	v.strictObject({ state: v.literal('not-asked') }),
	v.strictObject({
		...ChangeConsent.entries,
		at: v.pipe(v.string(), v.isoTimestamp())
	})
]);
export type Consent = v.InferOutput<typeof Consent>;
