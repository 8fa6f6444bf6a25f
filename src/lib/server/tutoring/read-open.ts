import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { OpenGenerations } from '$lib/domain/generation';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectOpen } from '$lib/server/db/repositories/server-generation';
import { learnerOf, type Context } from './context';

/** What servers still write for this learner, so that a page that was loaded again can follow it. */
export async function readOpen(
	{ db }: Context,
	actor: Actor,
	_input: Record<string, never>
): Promise<Answer<OpenGenerations>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'work.read', { learnerId })) return notFound;
	return done(await selectOpen(db, learnerId));
}
