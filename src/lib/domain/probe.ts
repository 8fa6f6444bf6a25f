import * as v from 'valibot';

/**
 * How a claim reaches the code it speaks about. No `call`: the cell itself runs as a script with these `input()` lines.
 * The grammar of `call` and `setup` is in probe-grammar.ts; the schema bounds only their size.
 */
export const Probe = v.strictObject({
	setup: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(2_000))), v.maxLength(20))),
	call: v.optional(v.pipe(v.string(), v.maxLength(2_000))),
	stdin: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(2_000))), v.maxLength(100)))
});
export type Probe = v.InferOutput<typeof Probe>;
