import * as v from 'valibot';

/** What can go wrong in a request, as tags: the server says which, the interface owns the words. */
export const ProblemCode = v.picklist([
	'bad-request',
	'invalid-body',
	'invalid-text',
	'not-signed-in',
	'forbidden',
	'cross-site',
	'not-found',
	'conflict',
	'too-large',
	'storage-full',
	'too-many',
	'no-model',
	'unavailable',
	'internal'
]);
export type ProblemCode = v.InferOutput<typeof ProblemCode>;

/** RFC 9457 problem details; `code` is the tag, `issues` name the places in the body. */
export const Problem = v.object({
	type: v.string(),
	title: v.string(),
	status: v.number(),
	code: ProblemCode,
	detail: v.optional(v.string()),
	/** Names the log entry of an unexpected error. */
	errorId: v.optional(v.string()),
	issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() })))
});
export type Problem = v.InferOutput<typeof Problem>;
