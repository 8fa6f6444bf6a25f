import * as v from 'valibot';
import { CellId, ContentHash, GenerationId, ExplanationId, LessonId } from './ids';
import { Code } from './limits';
import { Problem } from './problem';
import { RatingDetails, RatingValue } from './rating';
import { RunResult } from './run';
import { TutorEvent } from './tutor-event';
import { GenerationStatus } from './generation';

/** One cell's work as it is kept: the code as typed, and the last run with the code that it ran. */
export const Draft = v.strictObject({
	code: Code,
	lastRun: v.optional(v.strictObject({ code: Code, result: RunResult }))
});
export type Draft = v.InferOutput<typeof Draft>;

/**
 * A save. `baseRevision` is the revision that this work started from (0: none yet). Where the stored one is newer, another
 * tab saved in between: nothing is overwritten, and the answer carries what is stored.
 */
export const SaveDraft = v.strictObject({
	lessonVersion: ContentHash,
	// A 32-bit column counts them.
	baseRevision: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2_147_483_646)),
	draft: Draft,
	/** The learner put their text away and took another whole one, the lesson's own or an earlier one: what was stored until now stays among the versions. */
	reset: v.optional(v.boolean())
});
export type SaveDraft = v.InferOutput<typeof SaveDraft>;

export const StoredDraft = v.strictObject({
	lessonId: LessonId,
	cellId: CellId,
	lessonVersion: ContentHash,
	revision: v.number(),
	draft: Draft
});
export type StoredDraft = v.InferOutput<typeof StoredDraft>;

/** The answer to a save that came too late (409): `stored` is what another tab saved in between. */
export const DraftConflict = v.object({ ...Problem.entries, stored: v.optional(StoredDraft) });
export type DraftConflict = v.InferOutput<typeof DraftConflict>;

/** A cell's latest explanation as its event log, so that a reload replays what was shown. */
export const StoredExplanation = v.strictObject({
	cellId: CellId,
	generationId: GenerationId,
	explanationId: ExplanationId,
	status: GenerationStatus,
	/** The code that is explained: other code in the cell makes the explanation stale. */
	code: Code,
	modelId: v.string(),
	events: v.array(TutorEvent),
	rating: v.optional(RatingValue),
	/** What else the learner said with it. */
	ratingDetails: v.optional(RatingDetails)
});
export type StoredExplanation = v.InferOutput<typeof StoredExplanation>;

/** Everything that a learner left in one lesson. */
export const LessonWork = v.strictObject({
	drafts: v.array(StoredDraft),
	/** What cells start with in the version of the lesson that their drafts belong to, where that is not the one that was asked about. */
	starters: v.optional(v.record(CellId, v.string())),
	explanations: v.array(StoredExplanation)
});
export type LessonWork = v.InferOutput<typeof LessonWork>;
