import type { StoredDraft } from './draft';
import type { ProblemCode } from './problem';

/** Why a use case refused, as a tag with what the asker needs to go on. */
export type Refusal = {
	readonly code: ProblemCode;
	readonly detail?: string;
	readonly issues?: readonly { path: string; message: string }[];
	/** With a draft's conflict: what is stored. */
	readonly stored?: StoredDraft;
	/** With a log's conflict: the number of the next event. */
	readonly next?: number;
};

export type Refused = { readonly ok: false; readonly refusal: Refusal };

/** What a use case gives: expected failures are values, only bugs and a lost database throw. */
export type Answer<T> = { readonly ok: true; readonly value: T; readonly created?: boolean } | Refused;

export const done = <T>(value: T, created = false): Answer<T> => ({ ok: true, value, created });

export const refuse = (code: ProblemCode, more: Omit<Refusal, 'code'> = {}): Refused => ({
	ok: false,
	refusal: { code, ...more }
});

/** Unknown, or another's: nobody learns which. */
export const notFound: Refused = refuse('not-found');
