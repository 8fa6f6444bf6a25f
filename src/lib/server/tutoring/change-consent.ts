import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { ChangeConsent, Consent } from '$lib/domain/consent';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { ensureLearner, selectConsent, updateConsent } from '$lib/server/db/repositories/learner';
import { learnerOf, type Context } from './context';

/** Keeps what a learner says to the use of their work for training; said again, the later word stands. */
export async function changeConsent(
	{ db }: Context,
	actor: Actor,
	{ change }: { change: ChangeConsent }
): Promise<Answer<Consent>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'consent.change', { learnerId })) return notFound;
	return db.transaction(async (tx) => {
		await ensureLearner(tx, learnerId);
		await updateConsent(tx, learnerId, change);
		return done(await selectConsent(tx, learnerId));
	});
}
