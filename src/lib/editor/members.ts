import * as v from 'valibot';

/**
 * What is asked about the value before a dot: `path` is its name and attributes of it. `instance`: it is any value of the type of
 * Python's own that `path` names. `private`: names that begin with an underscore are meant too.
 */
export type MemberQuery = { path: string[]; instance: boolean; private: boolean };

const Member = v.object({
	name: v.string(),
	kind: v.picklist(['method', 'class', 'module', 'value']),
	/** The parameters of a method, in brackets. */
	detail: v.string()
});

/** What can follow the dot; `null` where nothing is known. A cell can reach what Python answers, so it is parsed. */
export const Members = v.nullable(v.pipe(v.array(Member), v.maxLength(1_000)));
export type Members = v.InferOutput<typeof Members>;

/** Asks Python while it is idle; `undefined` where it is not. */
export type AskMembers = (query: MemberQuery) => Promise<Members | undefined>;
