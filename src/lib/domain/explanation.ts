import * as v from 'valibot';
import { Claim } from './claim';

const sentence = v.pipe(v.string(), v.maxLength(10_000));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Sentences whose values are `{claimId}` slots, filled from the verdicts; backquotes mark code. */
export const Prose = v.strictObject({
	text: sentence,
	claims: v.pipe(v.array(Claim), v.maxLength(50))
});
export type Prose = v.InferOutput<typeof Prose>;

export const Step = v.strictObject({ ...Prose.entries, from: line, to: line });
export type Step = v.InferOutput<typeof Step>;

export const EdgeCase = v.strictObject({ claim: Claim, why: sentence });
export type EdgeCase = v.InferOutput<typeof EdgeCase>;

export const sections = ['purpose', 'steps', 'examples', 'edgeCases'] as const;
export const Section = v.picklist(sections);
export type Section = v.InferOutput<typeof Section>;

/**
 * An explanation is prose plus claims, in four sections, whoever wrote it. `notes` says why a section of claims is empty
 * (no input could be found, the code does not parse …): an empty section without a reason would look like an answer.
 */
export const Explanation = v.pipe(
	v.strictObject({
		purpose: Prose,
		steps: v.pipe(v.array(Step), v.maxLength(200)),
		examples: v.pipe(v.array(Claim), v.maxLength(50)),
		edgeCases: v.pipe(v.array(EdgeCase), v.maxLength(50)),
		notes: v.optional(v.strictObject({ examples: v.optional(sentence), edgeCases: v.optional(sentence) }))
	}),
	v.check((explanation) => {
		const ids = claimsOf(explanation).map((claim) => claim.id);
		return new Set(ids).size === ids.length;
	}, 'Claim ids must be unique within an explanation.')
);
export type Explanation = v.InferOutput<typeof Explanation>;

/** Every claim of an explanation, in the order in which it is read. */
export function claimsOf(explanation: {
	purpose: Prose;
	steps: Step[];
	examples: Claim[];
	edgeCases: EdgeCase[];
}): Claim[] {
	return [
		...explanation.purpose.claims,
		...explanation.steps.flatMap((step) => step.claims),
		...explanation.examples,
		...explanation.edgeCases.map((edgeCase) => edgeCase.claim)
	];
}
