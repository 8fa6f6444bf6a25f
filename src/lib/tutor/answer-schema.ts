import * as v from 'valibot';
import { Claim } from '$lib/domain/claim';
import { Step } from '$lib/domain/explanation';
import { jsonSchemaOf } from './json-schema';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(600));
const claims = v.pipe(v.array(Claim), v.maxLength(3));

/**
 * What a model is asked for: the domain's explanation, smaller. The order of the keys is the order in which it writes them: a step's
 * lines before its text, so that the text can be shown while it comes; a reason before the claim that it is the reason for.
 */
const Answer = v.strictObject({
	purpose: v.strictObject({ text, claims }),
	steps: v.pipe(
		v.array(v.strictObject({ from: Step.entries.from, to: Step.entries.to, text, claims })),
		v.minLength(1),
		v.maxLength(12)
	),
	examples: v.pipe(v.array(Claim), v.minLength(1), v.maxLength(4)),
	edgeCases: v.pipe(
		v.array(v.strictObject({ why: v.pipe(v.string(), v.maxLength(300)), claim: Claim })),
		v.minLength(1),
		v.maxLength(4)
	)
});

/** For `format` and `response_format`. */
export const answerSchema = jsonSchemaOf(Answer, { chars: 300, items: 8 }, { claim: Claim });
