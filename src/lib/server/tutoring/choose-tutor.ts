import { done, refuse, type Answer } from '$lib/domain/answer';
import type { TutorChoice, TutorState } from '$lib/domain/tutor-model';
import type { Actor } from '$lib/server/auth/actor';
import { mayOperate, notTheOperator } from '$lib/server/auth/can';
import { upsertSetting } from '$lib/server/db/repositories/setting';
import type { Models } from './context';
import { servedAs, tutorSetting } from './current-tutor';
import { adviceOn } from './read-models';

/** Keeps which model explains from now on. One that cannot be asked now is refused, with what would make it one that can. */
export async function chooseTutor(
	{ db, models }: Models,
	actor: Actor,
	{ choice }: { choice: TutorChoice }
): Promise<Answer<TutorState>> {
	if (!mayOperate(actor)) return notTheOperator;
	const { tutor } = choice;
	if (tutor !== null) {
		const server = models.servers.find(({ id }) => id === tutor.server);
		if (server === undefined) {
			return refuse('no-model', { detail: 'No such server is set: set OPENAI_BASE_URL to where it runs.' });
		}
		const listing = await server.listing();
		if (!listing.ok) {
			const { kind, detail } = listing.failure;
			return refuse('no-model', {
				detail: `${server.address} does not answer as it should (${detail}). ${adviceOn(kind, server.id)}`
			});
		}
		if (servedAs(listing.models, tutor.model) === undefined) {
			const there = listing.models.map(({ id }) => id).slice(0, 20);
			const advice =
				server.id === 'ollama'
					? `Fetch it with \`ollama pull ${tutor.model}\`.`
					: 'Start the server with it.';
			return refuse('no-model', {
				detail: `${server.address} has no model ${tutor.model}. ${advice} It has: ${there.join(', ') || 'none'}.`
			});
		}
	}
	await upsertSetting(db, tutorSetting, choice);
	return done(tutor === null ? { state: 'off' } : { state: 'ready', tutor });
}
