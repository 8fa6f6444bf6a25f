import * as v from 'valibot';

/**
 * Ids are branded strings, so that a cell's id can't be handed in where a lesson's is wanted.
 * They are minted only here (`new…`) or parsed by their schema on arrival from another process.
 */
// In lower case, as Postgres gives them back: ids are compared as texts.
const uuid = v.pipe(v.string(), v.uuid(), v.toLowerCase());

/** Slugs name lessons and cells in files and addresses: lower-case words joined by hyphens, 64 characters at most. */
export const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const slug = v.pipe(v.string(), v.maxLength(64), v.regex(slugPattern));

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

const mint = (): string => crypto.randomUUID();
export const newLearnerId = (): LearnerId => v.parse(LearnerId, mint());
export const newSubmissionId = (): SubmissionId => v.parse(SubmissionId, mint());
export const newGenerationId = (): GenerationId => v.parse(GenerationId, mint());
export const newExplanationId = (): ExplanationId => v.parse(ExplanationId, mint());
export const newRunId = (): RunId => v.parse(RunId, mint());

/**
 * SHA-256 of a text, as its well-formed UTF-16 code units would be written in UTF-8.
 * A lone surrogate is hashed as U+FFFD: the hash names a text, it does not restore it.
 */
export async function contentHash(text: string): Promise<ContentHash> {
	const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
	const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
	return v.parse(ContentHash, hex);
}
