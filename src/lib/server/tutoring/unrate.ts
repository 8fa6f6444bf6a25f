import type { ExplanationId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectExplanationOwner } from '$lib/server/db/repositories/explanation';
import { deleteRating } from '$lib/server/db/repositories/rating';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';

/** Takes a rating back; where there is none, nothing happens. */
export async function unrate(
	{ db }: Context,
	actor: Actor,
	{ explanationId }: { explanationId: ExplanationId }
): Promise<Answer<undefined>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	const explanation = await selectExplanationOwner(db, learnerId, explanationId);
	if (!can(actor, 'explanation.unrate', explanation)) return notFound;
	await deleteRating(db, learnerId, explanationId);
	return done(undefined);
}
