import * as v from 'valibot';

/** What one submission may weigh, in bytes of UTF-8. More is refused, never cut silently. */
export const maxCodeBytes = 256 * 1024;
export const maxContextBytes = 1024 * 1024;
/** What one request may weigh: a submission with its context and last result, JSON escapes included. */
export const maxBodyBytes = 4 * 1024 * 1024;
/** Output that is stored with a draft or a submission; the page shows more than it stores. */
export const maxStoredOutputChars = 64 * 1024;

export function utf8Bytes(text: string): number {
	return new TextEncoder().encode(text).byteLength;
}

/** Named, so that the server can tell "too much code" (413) from other faults of a body (422). */
export const codeFits = (text: string): boolean => utf8Bytes(text) <= maxCodeBytes;

/** Code as a learner typed it: any characters at all, NUL and lone surrogates included, up to 256 KB. */
export const Code = v.pipe(v.string(), v.check(codeFits, `Code may be at most ${maxCodeBytes} bytes long.`));
