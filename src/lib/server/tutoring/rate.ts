import type { ExplanationId } from '$lib/domain/ids';
import type { NewRating, Rating } from '$lib/domain/rating';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectExplanationOwner } from '$lib/server/db/repositories/explanation';
import { upsertRating } from '$lib/server/db/repositories/rating';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';

/** Keeps what a learner says of an explanation that they can see; said again, the later word stands. */
export async function rate(
	{ db }: Context,
	actor: Actor,
	{ explanationId, rating }: { explanationId: ExplanationId; rating: NewRating }
): Promise<Answer<Rating>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	const explanation = await selectExplanationOwner(db, learnerId, explanationId);
	if (!can(actor, 'explanation.rate', explanation)) return notFound;
	const content: Rating = { ...rating, explanationId, learnerId };
	await upsertRating(db, content);
	return done(content);
}
