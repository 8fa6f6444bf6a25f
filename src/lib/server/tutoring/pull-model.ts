import { done, refuse, type Answer } from '$lib/domain/answer';
import type { PullPart, TutorModel } from '$lib/domain/tutor-model';
import type { Actor } from '$lib/server/auth/actor';
import { mayOperate, notTheOperator } from '$lib/server/auth/can';
import type { ModelLibrary } from '$lib/server/providers/provider';
import type { Models } from './context';

/** Ollama tells of each piece of some kilobytes; nobody sees more than this. */
const betweenMs = 250;

/**
 * Lets a model server fetch a model, and tells how far it is. The download lasts as long as somebody listens: what has come by then is
 * kept by the server, and the next one goes on from there.
 */
export function pullModel(
	{ models }: Models,
	actor: Actor,
	{ server, model }: TutorModel
): Answer<(signal: AbortSignal) => AsyncGenerator<PullPart>> {
	if (!mayOperate(actor)) return notTheOperator;
	const library = models.servers.find(({ id }) => id === server)?.library;
	if (library === undefined) return noLibrary;
	return done((signal) => parts(library, model, signal));
}

export const noLibrary = refuse('no-model', {
	detail: 'The models of this server are chosen where it is started.'
});

async function* parts(library: ModelLibrary, model: string, signal: AbortSignal): AsyncGenerator<PullPart> {
	const steps = library.pull(model, signal);
	let toldAt = -Infinity;
	let told = '';
	for (;;) {
		const next = await steps.next();
		if (next.done === true) {
			const failed = next.value;
			yield failed === undefined
				? { state: 'done' }
				: { state: 'failed', why: failed.kind, detail: failed.detail };
			return;
		}
		const { step } = next.value;
		if (step === told && performance.now() - toldAt < betweenMs) continue;
		[toldAt, told] = [performance.now(), step];
		yield { state: 'fetching', ...next.value };
	}
}
