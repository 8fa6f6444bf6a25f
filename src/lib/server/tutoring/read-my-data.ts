import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { MyData } from '$lib/domain/my-data';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectMyData } from '$lib/server/db/repositories/my-data';
import { learnerOf, type Context } from './context';

/** How much is stored about a learner. */
export async function readMyData(
	{ db }: Context,
	actor: Actor,
	_input: Record<string, never>
): Promise<Answer<MyData>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'my-data.read', { learnerId })) return notFound;
	return done(await selectMyData(db, learnerId));
}
