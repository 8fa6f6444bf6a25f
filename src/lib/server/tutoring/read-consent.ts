import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { Consent } from '$lib/domain/consent';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectConsent } from '$lib/server/db/repositories/learner';
import { learnerOf, type Context } from './context';

/** Whether the learner lets their work be used for training. */
export async function readConsent(
	{ db }: Context,
	actor: Actor,
	_input: Record<string, never>
): Promise<Answer<Consent>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'consent.read', { learnerId })) return notFound;
	return done(await selectConsent(db, learnerId));
}
