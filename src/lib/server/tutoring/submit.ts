import { contentHash } from '$lib/domain/ids';
import type { NewSubmission, Submission } from '$lib/domain/submission';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { ensureLearner } from '$lib/server/db/repositories/learner';
import { hasCell } from '$lib/server/db/repositories/lesson-version';
import { insertSubmission, selectSubmission } from '$lib/server/db/repositories/submission';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';
import { sameContent } from './same-content';
import { storedRun } from '$lib/domain/stored-run';

/**
 * Keeps code that a learner asks about, under the id that their browser minted. Sent twice it is stored once; the same id with
 * other content is a conflict, and with another learner's content it is not found.
 */
export async function submit(
	{ db }: Context,
	actor: Actor,
	{ submission }: { submission: NewSubmission }
): Promise<Answer<Submission>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'submission.create', { learnerId })) return notFound;
	const fault = await faultOf(submission);
	if (fault !== undefined) return refuse('invalid-body', { issues: [fault] });
	const { lessonId, lessonVersion, cellId } = submission;
	if (lessonId !== undefined && lessonVersion !== undefined) {
		if (!(await hasCell(db, lessonId, lessonVersion, cellId))) return notFound;
	}

	const { result, ...rest } = submission;
	const content: Submission = {
		...rest,
		learnerId,
		...(result === undefined ? {} : { result: storedRun(result) })
	};
	return db.transaction(async (tx) => {
		await ensureLearner(tx, learnerId);
		if (await insertSubmission(tx, content)) return done(content, true);
		const stored = await selectSubmission(tx, learnerId, submission.id);
		if (stored === undefined) return notFound;
		return sameContent(stored, content) ? done(stored) : refuse('conflict');
	});
}

/** What the schema cannot say. */
async function faultOf(submission: NewSubmission): Promise<{ path: string; message: string } | undefined> {
	if ((submission.lessonId === undefined) !== (submission.lessonVersion === undefined)) {
		return { path: 'lessonVersion', message: 'A lesson and its version are given together or not at all.' };
	}
	if ((await contentHash(submission.code)) !== submission.codeHash) {
		return { path: 'codeHash', message: 'This is not the hash of the code.' };
	}
	return undefined;
}
