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

/** A name as its server knows it: `mistral:7b`, `Qwen/Qwen2.5-Coder-3B-Instruct`. */
export const ModelName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/));
export type ModelName = v.InferOutput<typeof ModelName>;

export const ModelState = v.picklist(['candidate', 'serving', 'retired']);
export type ModelState = v.InferOutput<typeof ModelState>;
