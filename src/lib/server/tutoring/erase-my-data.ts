import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { EraseMyData } from '$lib/domain/my-data';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { deleteLearner } from '$lib/server/db/repositories/learner';
import { learnerOf, type Context } from './context';

/**
 * Deletes a learner and everything that hangs on them, all of it or nothing. Said again, there is nothing left to delete, and
 * the answer is the same.
 */
export async function eraseMyData(
	{ db }: Context,
	actor: Actor,
	_confirmed: EraseMyData
): Promise<Answer<undefined>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'my-data.erase', { learnerId })) return notFound;
	await deleteLearner(db, learnerId);
	return done(undefined);
}
