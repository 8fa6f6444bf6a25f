import * as v from 'valibot';
import { CellId, ContentHash, LearnerId, LessonId, SubmissionId } from './ids';
import { LessonFile, maxLessonFiles } from './lesson';
import { Code, maxContextBytes, utf8Bytes } from './limits';
import { RunResult } from './run';

/** Named for the same reason as `codeFits`. */
export const contextFits = (cells: { cellId: CellId; code: string }[]): boolean =>
	cells.reduce((sum, cell) => sum + utf8Bytes(cell.code), 0) <= maxContextBytes;

/** The cells that had run, in the order and with the code as last run, so that the submission can be replayed anywhere. */
export const SubmissionContext = v.pipe(
	v.array(v.strictObject({ cellId: CellId, code: Code })),
	v.maxLength(500),
	v.check(contextFits, `The cells before this one may be at most ${maxContextBytes} bytes long together.`)
);
export type SubmissionContext = v.InferOutput<typeof SubmissionContext>;

/** Code that a learner asks about. What the browser sends; the server adds who it was. */
export const NewSubmission = v.strictObject({
	id: SubmissionId,
	lessonId: v.optional(LessonId),
	lessonVersion: v.optional(ContentHash),
	cellId: CellId,
	code: Code,
	codeHash: ContentHash,
	context: SubmissionContext,
	/** The lesson's data files that the code may read. */
	files: v.pipe(v.array(v.omit(LessonFile, ['bytes'])), v.maxLength(maxLessonFiles)),
	/** Lines that were typed for `input()`; a secret one is empty. */
	stdin: v.pipe(v.array(v.pipe(v.string(), v.maxLength(10_000))), v.maxLength(1_000)),
	/** The last run as the browser reports it: the learner's claim, not proof. */
	result: v.optional(RunResult)
});
export type NewSubmission = v.InferOutput<typeof NewSubmission>;

export const Submission = v.strictObject({ ...NewSubmission.entries, learnerId: LearnerId });
export type Submission = v.InferOutput<typeof Submission>;
