import * as v from 'valibot';
import { AttemptOutcome } from './exercise-check';
import { AttemptId, ContentHash } from './ids';
import { Code } from './limits';
import { SubmissionContext } from './submission';

/** An answer that was checked in the page. `claim` is what the page made of it: the learner's word, never proof. */
export const NewAttempt = v.strictObject({
	id: AttemptId,
	lessonVersion: ContentHash,
	code: Code,
	/** The cells above the exercise, as the learner has them. */
	context: SubmissionContext,
	claim: AttemptOutcome
});
export type NewAttempt = v.InferOutput<typeof NewAttempt>;

/**
 * What the server makes of it. `claimed`: the page itself says that it does not pass, so it was kept and not run again.
 * `checks` are those that the server alone makes; what they say beside their message stays there. `unchecked`: Python gave the
 * server no answer, so that nothing is known, and nothing passed.
 */
export const AttemptResult = v.variant('kind', [
	v.strictObject({ kind: v.literal('claimed') }),
	v.strictObject({
		kind: v.literal('judged'),
		outcome: AttemptOutcome,
		checks: v.array(v.strictObject({ ok: v.boolean(), message: v.optional(v.string()) }))
	}),
	v.strictObject({ kind: v.literal('unchecked'), why: v.picklist(['unavailable', 'broken']) })
]);
export type AttemptResult = v.InferOutput<typeof AttemptResult>;
