import * as v from 'valibot';
import { ContentHash } from './ids';

/** The explainer that needs no model. Its digest is the kernel's hash: other kernel, other explainer. */
export const builtInModelId = 'built-in';

/** What wrote a text, exactly: a name alone does not say which weights, or which rules, answered. */
export const ModelVersion = v.strictObject({
	modelId: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
	modelDigest: ContentHash
});
export type ModelVersion = v.InferOutput<typeof ModelVersion>;

export const ModelState = v.picklist(['candidate', 'serving', 'retired']);
export type ModelState = v.InferOutput<typeof ModelState>;
