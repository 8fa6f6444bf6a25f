import * as v from 'valibot';
import { CellId, GenerationId, LessonId, SubmissionId } from './ids';
import { Code } from './limits';
import { ModelVersion } from './model';
import { Problem } from './problem';
import { SubmissionContext } from './submission';
import { TutorEvent } from './tutor-event';
import { Verdict } from './verdict';

export const GenerationStatus = v.picklist(['running', 'complete', 'failed', 'interrupted']);
export type GenerationStatus = v.InferOutput<typeof GenerationStatus>;

export const TutorMode = v.picklist(['explain']);
export type TutorMode = v.InferOutput<typeof TutorMode>;

/** The version of the rules that the built-in explainer's texts follow; a model's prompt version comes with its prompt. */
export const builtInPromptVersion = 'built-in/1';

/** A generation is a row with an event log, not a request: the log says where we are, in any tab, after any crash. */
export const NewGeneration = v.strictObject({
	id: GenerationId,
	submissionId: SubmissionId,
	mode: TutorMode,
	origin: v.literal('browser'),
	promptVersion: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
	...ModelVersion.entries
});
export type NewGeneration = v.InferOutput<typeof NewGeneration>;

/** Events to append to a log. `from` is the number of the first one: sent twice they are stored once. */
export const AppendEvents = v.strictObject({
	from: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
	events: v.pipe(v.array(TutorEvent), v.minLength(1), v.maxLength(500))
});
export type AppendEvents = v.InferOutput<typeof AppendEvents>;

/** What a browser found out about claims of a log that the server writes; their numbers are the server's to give. */
export const GiveVerdicts = v.strictObject({
	verdicts: v.pipe(v.array(Verdict), v.minLength(1), v.maxLength(200))
});
export type GiveVerdicts = v.InferOutput<typeof GiveVerdicts>;

/** Where the log stands after an append: the number that the next event gets. */
export const AppendResult = v.strictObject({ next: v.number(), status: GenerationStatus });
export type AppendResult = v.InferOutput<typeof AppendResult>;

/** The answer to an append that does not continue the log (409): the next event has the number `next`. */
export const AppendConflict = v.object({ ...Problem.entries, next: v.optional(v.number()) });
export type AppendConflict = v.InferOutput<typeof AppendConflict>;

/** A generation with its whole log. */
export const GenerationLog = v.strictObject({
	id: GenerationId,
	submissionId: SubmissionId,
	...AppendResult.entries,
	events: v.array(TutorEvent)
});
export type GenerationLog = v.InferOutput<typeof GenerationLog>;

/** What servers still write for a learner, the oldest first: enough to show it at its cell and to follow it. */
export const OpenGenerations = v.array(
	v.strictObject({
		id: GenerationId,
		lessonId: v.optional(LessonId),
		cellId: CellId,
		/** What is explained: the cell may hold something else by now. */
		code: Code,
		/** What the claims are run with, wherever the page comes from. */
		context: SubmissionContext,
		stdin: v.array(v.string()),
		modelId: ModelVersion.entries.modelId
	})
);
export type OpenGenerations = v.InferOutput<typeof OpenGenerations>;
