import type { SubmissionId } from '$lib/domain/ids';
import type { Submission } from '$lib/domain/submission';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectSubmission } from '$lib/server/db/repositories/submission';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';

/** A learner's own submission. */
export async function readSubmission(
	{ db }: Context,
	actor: Actor,
	{ id }: { id: SubmissionId }
): Promise<Answer<Submission>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	const submission = await selectSubmission(db, learnerId, id);
	return submission !== undefined && can(actor, 'submission.read', submission) ? done(submission) : notFound;
}
