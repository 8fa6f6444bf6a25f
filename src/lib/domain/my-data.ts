import * as v from 'valibot';
import { Consent } from './consent';
import { Draft } from './draft';
import { AttemptOutcome } from './exercise-check';
import { Explanation } from './explanation';
import { GenerationStatus, TutorMode } from './generation';
import {
	AttemptId,
	CellId,
	ContentHash,
	ExplanationId,
	GenerationId,
	LearnerId,
	LessonId,
	RunId,
	SubmissionId
} from './ids';
import { ExerciseId, MistakeId } from './lesson';
import { Code } from './limits';
import { NewRating, RatingValue, StoredReasons } from './rating';
import { NewSubmission, SubmissionContext } from './submission';
import { TutorEvent } from './tutor-event';
import { Verdict, VerdictBy } from './verdict';

/** A moment in ISO 8601, in UTC. */
const moment = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What is stored about a learner, in short. `first` and `last` are when something was first and last stored. */
export const MyData = v.strictObject({
	drafts: count,
	submissions: count,
	explanations: count,
	ratings: count,
	attempts: count,
	first: v.optional(moment),
	last: v.optional(moment)
});
export type MyData = v.InferOutput<typeof MyData>;

/** Deletes everything. Said in so many words, so that no request does it by accident. */
export const EraseMyData = v.strictObject({ confirm: v.literal(true) });
export type EraseMyData = v.InferOutput<typeof EraseMyData>;

const inCell = { lessonId: LessonId, cellId: CellId, lessonVersion: ContentHash };

/** What a row of each part of an export says. Rows are in the order of their ids. */
const rows = {
	/** The present work in each cell, with its last run. */
	drafts: v.strictObject({ ...inCell, revision: count, ...Draft.entries, updatedAt: moment }),
	/** Earlier texts of the cells. `openUntil`: what was typed before then belongs to it. */
	draftVersions: v.strictObject({
		...inCell,
		revision: count,
		code: Code,
		runId: v.optional(RunId),
		reset: v.boolean(),
		openUntil: moment,
		savedAt: moment
	}),
	/** Code that was asked about, with all that is needed to run it again. */
	submissions: v.strictObject({ ...NewSubmission.entries, createdAt: moment }),
	/** Every attempt to explain a submission, and who wrote it by which rules. */
	generations: v.strictObject({
		id: GenerationId,
		submissionId: SubmissionId,
		mode: TutorMode,
		origin: v.picklist(['browser', 'server']),
		promptVersion: v.string(),
		prompt: v.optional(v.unknown()),
		modelId: v.string(),
		modelDigest: ContentHash,
		sampler: v.optional(v.unknown()),
		seed: v.optional(v.number()),
		status: GenerationStatus,
		nextSeq: count,
		createdAt: moment,
		updatedAt: moment
	}),
	/** What was shown while an explanation was made, numbered from 0. */
	events: v.strictObject({ generationId: GenerationId, seq: count, event: TutorEvent, createdAt: moment }),
	/** The finished explanations, with their claims. */
	explanations: v.strictObject({
		id: ExplanationId,
		generationId: GenerationId,
		python: v.string(),
		document: Explanation,
		createdAt: moment
	}),
	/** What running the code said about each claim, in the browser and on the server. */
	verdicts: v.strictObject({
		explanationId: ExplanationId,
		...Verdict.entries,
		kind: v.string(),
		decidedAt: moment
	}),
	/** What the learner said of explanations. */
	ratings: v.strictObject({
		explanationId: ExplanationId,
		value: RatingValue,
		reasons: StoredReasons,
		comment: NewRating.entries.comment,
		sections: NewRating.entries.sections,
		createdAt: moment,
		updatedAt: moment
	}),
	/** Answers to exercises: what the page made of them, and (`by` server) what counts. */
	attempts: v.strictObject({
		id: AttemptId,
		by: VerdictBy,
		lessonId: LessonId,
		lessonVersion: ContentHash,
		exerciseId: ExerciseId,
		code: Code,
		codeHash: ContentHash,
		context: SubmissionContext,
		result: AttemptOutcome.entries.result,
		passed: count,
		checks: count,
		mistake: v.optional(MistakeId),
		createdAt: moment
	})
};

/** The parts of an export, in their order. */
export type ExportPart = keyof typeof rows;
export type ExportRow<P extends ExportPart> = v.InferOutput<(typeof rows)[P]>;

export const exportFormat = 'procoder-my-data/1';

/**
 * Everything that is stored about one learner, as one document. It says nothing about when it was made: with the same work it
 * is the same, byte for byte. A part that changes while it is written may be there as it was before or after the change.
 */
export const MyDataExport = v.strictObject({
	format: v.literal(exportFormat),
	/** `since`: when something was first stored. */
	learner: v.strictObject({ id: LearnerId, since: v.optional(moment), consent: Consent }),
	drafts: v.array(rows.drafts),
	draftVersions: v.array(rows.draftVersions),
	submissions: v.array(rows.submissions),
	generations: v.array(rows.generations),
	events: v.array(rows.events),
	explanations: v.array(rows.explanations),
	verdicts: v.array(rows.verdicts),
	ratings: v.array(rows.ratings),
	attempts: v.array(rows.attempts)
});
export type MyDataExport = v.InferOutput<typeof MyDataExport>;
