import { and, eq } from 'drizzle-orm';
import type { AttemptOutcome } from '$lib/domain/exercise-check';
import type { AttemptId, ContentHash, LearnerId, LessonId } from '$lib/domain/ids';
import type { ExerciseId } from '$lib/domain/lesson';
import type { SubmissionContext } from '$lib/domain/submission';
import type { Database } from '../client';
import { attempt } from '../schema/attempt';

/** One word on an answer: the browser's claim, or the server's own. */
export type Attempt = {
	id: AttemptId;
	by: 'browser' | 'server';
	learnerId: LearnerId;
	lessonId: LessonId;
	lessonVersion: ContentHash;
	exerciseId: ExerciseId;
	code: string;
	codeHash: ContentHash;
	context: SubmissionContext;
	outcome: AttemptOutcome;
};

/** Keeps it; false where there is one with this id by the same, whoever's it is. */
export async function insertAttempt(db: Database, { outcome, ...rest }: Attempt): Promise<boolean> {
	const { all, ...words } = outcome;
	const rows = await db
		.insert(attempt)
		.values({ ...rest, ...words, checks: all })
		.onConflictDoNothing({ target: [attempt.id, attempt.by] })
		.returning({ id: attempt.id });
	return rows.length > 0;
}

export async function selectAttempt(
	db: Database,
	learnerId: LearnerId,
	id: AttemptId,
	by: Attempt['by']
): Promise<Attempt | undefined> {
	const [row] = await db
		.select()
		.from(attempt)
		.where(and(eq(attempt.id, id), eq(attempt.by, by), eq(attempt.learnerId, learnerId)));
	if (row === undefined) return undefined;
	const { createdAt: _createdAt, result, passed, checks, mistake, ...rest } = row;
	return {
		...rest,
		outcome: { result, passed, all: checks, ...(mistake === null ? {} : { mistake }) }
	};
}
