import * as v from 'valibot';

/**
 * Ids are branded strings, so that a cell's id can't be handed in where a lesson's is wanted.
 * They are minted only here (`new…`) or parsed by their schema on arrival from another process.
 */
// In lower case, as Postgres gives them back: ids are compared as texts.
const uuid = v.pipe(v.string(), v.uuid(), v.toLowerCase());

/** Slugs name lessons and cells in files and addresses: lower-case words joined by hyphens, 64 characters at most. */
const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const slug = v.pipe(v.string(), v.maxLength(64), v.regex(slugPattern));

export const LearnerId = v.pipe(uuid, v.brand('LearnerId'));
export type LearnerId = v.InferOutput<typeof LearnerId>;

export const SubmissionId = v.pipe(uuid, v.brand('SubmissionId'));
export type SubmissionId = v.InferOutput<typeof SubmissionId>;

export const GenerationId = v.pipe(uuid, v.brand('GenerationId'));
export type GenerationId = v.InferOutput<typeof GenerationId>;

export const ExplanationId = v.pipe(uuid, v.brand('ExplanationId'));
export type ExplanationId = v.InferOutput<typeof ExplanationId>;

export const RunId = v.pipe(uuid, v.brand('RunId'));
export type RunId = v.InferOutput<typeof RunId>;

export const AttemptId = v.pipe(uuid, v.brand('AttemptId'));
export type AttemptId = v.InferOutput<typeof AttemptId>;

export const LessonId = v.pipe(slug, v.brand('LessonId'));
export type LessonId = v.InferOutput<typeof LessonId>;

export const CellId = v.pipe(slug, v.brand('CellId'));
export type CellId = v.InferOutput<typeof CellId>;

/** A claim's id is unique within its explanation; `{id}` in a sentence is the slot that its verdict fills. */
export const claimIdPattern = /^[a-z][a-z0-9-]{0,39}$/;
export const ClaimId = v.pipe(v.string(), v.regex(claimIdPattern), v.brand('ClaimId'));
export type ClaimId = v.InferOutput<typeof ClaimId>;

/** SHA-256 in hexadecimal, 64 characters. */
export const ContentHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.brand('ContentHash'));
export type ContentHash = v.InferOutput<typeof ContentHash>;

/** `crypto.randomUUID` and `crypto.subtle` exist on https and localhost only; a school's page may be on neither. */
const mint = (): string => {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	// Version 4, variant 1 (RFC 9562).
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = inHex(bytes);
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
/** A random uuid, for names that are minted elsewhere (a call of the runner, a tab). */
export const newUuid = mint;

export const newLearnerId = (): LearnerId => v.parse(LearnerId, mint());
export const newSubmissionId = (): SubmissionId => v.parse(SubmissionId, mint());
export const newGenerationId = (): GenerationId => v.parse(GenerationId, mint());
export const newExplanationId = (): ExplanationId => v.parse(ExplanationId, mint());
export const newAttemptId = (): AttemptId => v.parse(AttemptId, mint());
export const newRunId = (): RunId => v.parse(RunId, mint());

/**
 * SHA-256 of a text, as its well-formed UTF-16 code units would be written in UTF-8.
 * A lone surrogate is hashed as U+FFFD: the hash names a text, it does not restore it.
 */
export async function contentHash(text: string): Promise<ContentHash> {
	const bytes = new TextEncoder().encode(text);
	const { subtle } = crypto as { subtle?: SubtleCrypto };
	const hash =
		subtle === undefined
			? (await import('@noble/hashes/sha2.js')).sha256(bytes)
			: new Uint8Array(await subtle.digest('SHA-256', bytes));
	return v.parse(ContentHash, inHex(hash));
}

const inHex = (bytes: Uint8Array): string =>
	Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
