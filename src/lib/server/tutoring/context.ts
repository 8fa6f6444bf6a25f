import type { ExerciseId } from '$lib/domain/lesson';
import type { ContentHash, LearnerId, LessonId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import type { ModelName } from '$lib/domain/model';
import type { Database } from '$lib/server/db/client';
import type { ModelServer } from '$lib/server/providers/model-servers';
import type { Generator } from './generator';
import type { Examiner, FoundExercise } from './examiner';

/** What the use cases work with; the composition root hands it in. */
export type Context = {
	readonly db: Database;
	/** The digest of the built-in explainer that this server ships. */
	readonly kernelHash: ContentHash;
	/** Whether the lessons folder has this lesson now. */
	readonly offersLesson: (id: LessonId) => Promise<boolean>;
	/** An exercise in a version of its lesson that is live, or was live before that one. */
	readonly exerciseOf: (
		lesson: LessonId,
		exercise: ExerciseId,
		version: ContentHash
	) => Promise<FoundExercise | undefined>;
	readonly examiner: Pick<Examiner, 'judge'>;
	/** What a lesson is about, in a few words; undefined for one that is not offered. */
	readonly goalOf: (id: LessonId) => Promise<string | undefined>;
	readonly generator: Generator;
} & Models;

/** The part of it that speaks of models. */
export type Models = {
	readonly db: Database;
	readonly models: {
		readonly servers: readonly ModelServer[];
		/** What explains where the operator has not chosen: TUTOR_MODEL. */
		readonly named: ModelName | undefined;
	};
};

/** The learner who acts; undefined for anyone else, who owns nothing here. */
export const learnerOf = (actor: Actor): LearnerId | undefined =>
	actor.kind === 'learner' ? actor.learnerId : undefined;
