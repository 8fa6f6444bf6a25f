import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { GenerationId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectGeneration } from '$lib/server/db/repositories/generation';
import { askToStop } from '$lib/server/db/repositories/server-generation';
import { learnerOf, type Context } from './context';

/** Ends a generation that a server writes, whichever process that is; within a second its log says so. Safe to repeat. */
export async function stopGeneration(
	{ db }: Context,
	actor: Actor,
	{ id }: { id: GenerationId }
): Promise<Answer<undefined>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	const generation = await selectGeneration(db, learnerId, id);
	if (generation === undefined || !can(actor, 'generation.stop', generation)) return notFound;
	await askToStop(db, id);
	return done(undefined);
}
