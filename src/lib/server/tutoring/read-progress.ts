import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { CellEnd } from '$lib/domain/progress';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectEnds } from '$lib/server/db/repositories/draft';
import { learnerOf, type Context } from './context';

/** How the last run of each of a learner's cells ended, in all lessons: what it takes to say how far they are in the course. */
export async function readProgress(
	{ db }: Context,
	actor: Actor,
	_input: Record<string, never>
): Promise<Answer<CellEnd[]>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'work.read', { learnerId })) return notFound;
	return done(await selectEnds(db, learnerId));
}
