import { and, eq } from 'drizzle-orm';
import type { LearnerId, SubmissionId } from '$lib/domain/ids';
import type { Submission } from '$lib/domain/submission';
import type { Database } from '../client';
import { submission } from '../schema/submission';

/** Keeps a submission; false where one with this id exists already, whoever's it is. */
export async function insertSubmission(db: Database, content: Submission): Promise<boolean> {
	const rows = await db
		.insert(submission)
		.values(content)
		.onConflictDoNothing({ target: submission.id })
		.returning({ id: submission.id });
	return rows.length > 0;
}

export async function selectSubmission(
	db: Database,
	learnerId: LearnerId,
	id: SubmissionId
): Promise<Submission | undefined> {
	const [row] = await db
		.select()
		.from(submission)
		.where(and(eq(submission.id, id), eq(submission.learnerId, learnerId)));
	if (row === undefined) return undefined;
	return {
		id: row.id,
		learnerId: row.learnerId,
		...(row.lessonId === null ? {} : { lessonId: row.lessonId }),
		...(row.lessonVersion === null ? {} : { lessonVersion: row.lessonVersion }),
		cellId: row.cellId,
		code: row.code,
		codeHash: row.codeHash,
		context: row.context,
		files: row.files,
		stdin: row.stdin,
		...(row.result === null ? {} : { result: row.result })
	};
}
