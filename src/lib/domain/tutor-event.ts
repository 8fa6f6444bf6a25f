import * as v from 'valibot';
import { Claim } from './claim';
import { Section } from './explanation';
import { ClaimId, ExplanationId } from './ids';
import { ModelFailure } from './tutor-model';
import { Verdict } from './verdict';

const text = v.pipe(v.string(), v.maxLength(20_000));
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(199));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Where a claim stands in its explanation. Examples and edge cases are numbered by the order of their events. */
export const ClaimPlace = v.variant('section', [
	v.strictObject({ section: v.literal('purpose') }),
	v.strictObject({ section: v.literal('steps'), step: index }),
	v.strictObject({ section: v.literal('examples') }),
	v.strictObject({ section: v.literal('edgeCases'), why: text })
]);
export type ClaimPlace = v.InferOutput<typeof ClaimPlace>;

/**
 * What happens while an explanation is made. The events on the wire are the events in the database: a generation's log is
 * the list of these, numbered from 0, and an explanation is what `tutor/assemble` makes of that list.
 */
export const TutorEvent = v.variant('type', [
	v.strictObject({ type: v.literal('explanation-start'), explanationId: ExplanationId, python: text }),
	v.strictObject({ type: v.literal('section-start'), section: Section }),
	/** Text to append: to the purpose, to one step (whose lines come with its first delta), or to a section's note. */
	v.strictObject({
		type: v.literal('section-delta'),
		delta: v.variant('section', [
			v.strictObject({ section: v.literal('purpose'), text }),
			v.strictObject({ section: v.literal('steps'), step: index, from: line, to: line, text }),
			v.strictObject({ section: v.literal('examples'), note: text }),
			v.strictObject({ section: v.literal('edgeCases'), note: text })
		])
	}),
	v.strictObject({ type: v.literal('section-end'), section: Section }),
	v.strictObject({ type: v.literal('claim'), place: ClaimPlace, claim: Claim }),
	v.strictObject({ type: v.literal('verdict'), verdict: Verdict }),
	/**
	 * Another claim stands in the place of one that a run refuted, which stays, folded; without `claim` there is nothing true to put there.
	 * What stands there gets a verdict like any other, and may be replaced in its turn.
	 */
	v.strictObject({
		type: v.literal('replacement'),
		refuted: ClaimId,
		by: v.picklist(['model', 'built-in', 'nobody']),
		claim: v.optional(Claim)
	}),
	/** The answer was written for somebody who asked the same before; its claims are run again. */
	v.strictObject({ type: v.literal('recalled') }),
	/** From here on the built-in explainer writes, because the model could not go on, or ended without having said everything. */
	v.strictObject({ type: v.literal('handover'), why: v.picklist([...ModelFailure.options, 'unfinished']) }),
	v.strictObject({ type: v.literal('explanation-end') }),
	v.strictObject({
		type: v.literal('explanation-error'),
		error: v.picklist(['runner-failed', 'stopped', 'timed-out', 'explainer-failed', 'interrupted']),
		detail: text
	})
]);
export type TutorEvent = v.InferOutput<typeof TutorEvent>;
