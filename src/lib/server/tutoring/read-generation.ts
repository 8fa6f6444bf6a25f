import type { GenerationLog } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectEvents } from '$lib/server/db/repositories/event';
import { selectGeneration } from '$lib/server/db/repositories/generation';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';
import { interruptAbandoned } from './interrupt-abandoned';

/** A generation of the learner's own, with its whole log. */
export async function readGeneration(
	{ db }: Context,
	actor: Actor,
	{ id }: { id: GenerationId }
): Promise<Answer<GenerationLog>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	await interruptAbandoned({ db }, learnerId);
	// One snapshot, so that `next` always is the number of events that are given.
	return db.transaction(
		async (tx) => {
			const generation = await selectGeneration(tx, learnerId, id);
			if (generation === undefined || !can(actor, 'generation.read', generation)) return notFound;
			const events = await selectEvents(tx, id);
			return done({
				id,
				submissionId: generation.submissionId,
				next: generation.nextSeq,
				status: generation.status,
				events
			});
		},
		{ isolationLevel: 'repeatable read', accessMode: 'read only' }
	);
}
