import { done, refuse, type Answer } from '$lib/domain/answer';
import type { TutorModel } from '$lib/domain/tutor-model';
import type { Actor } from '$lib/server/auth/actor';
import { mayOperate, notTheOperator } from '$lib/server/auth/can';
import type { Models } from './context';
import { noLibrary } from './pull-model';

/** Throws a model away. Where it was the tutor, the built-in explainer stands in for it until another one is chosen. */
export async function removeModel(
	{ models }: Models,
	actor: Actor,
	{ server, model }: TutorModel
): Promise<Answer<undefined>> {
	if (!mayOperate(actor)) return notTheOperator;
	const library = models.servers.find(({ id }) => id === server)?.library;
	if (library === undefined) return noLibrary;
	const failed = await library.remove(model);
	return failed === undefined || failed.kind === 'no-such-model'
		? done(undefined)
		: refuse('no-model', { detail: `The server did not remove it: ${failed.detail}` });
}
