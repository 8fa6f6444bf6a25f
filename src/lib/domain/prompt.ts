import * as v from 'valibot';

const version = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const text = v.pipe(v.string(), v.maxLength(400_000));

export const ChatMessage = v.strictObject({
	role: v.picklist(['system', 'user', 'assistant']),
	content: text
});
export type ChatMessage = v.InferOutput<typeof ChatMessage>;

/**
 * What a model is given, rendered once and stored with the generation, so that training reuses it word for word.
 * `completion` is for base models, which were never taught to answer: they go on with a text, until one of `stop`.
 */
export const Prompt = v.variant('kind', [
	v.strictObject({
		kind: v.literal('chat'),
		version,
		messages: v.pipe(v.array(ChatMessage), v.minLength(1))
	}),
	v.strictObject({ kind: v.literal('completion'), version, text, stop: v.array(v.string()) })
]);
export type Prompt = v.InferOutput<typeof Prompt>;
