import { TutorChoice, type TutorModel, type TutorState } from '$lib/domain/tutor-model';
import { selectSetting } from '$lib/server/db/repositories/setting';
import { withoutLatest } from '$lib/server/providers/model-settings';
import type { ModelServer } from '$lib/server/providers/model-servers';
import type { ServedModel } from '$lib/server/providers/provider';
import type { Models } from './context';

/** The row that keeps what the operator chose. */
export const tutorSetting = 'tutor';

type Ready = {
	readonly state: 'ready';
	readonly tutor: TutorModel;
	readonly server: ModelServer;
	readonly served: ServedModel;
};
export type CurrentTutor = Ready | Exclude<TutorState, { state: 'ready' }>;

/**
 * The model that explains now: the one that the operator chose, else the one that TUTOR_MODEL names, on the first server that has
 * it; else none.
 */
export async function currentTutor({ db, models }: Models): Promise<CurrentTutor> {
	const chosen = await selectSetting(db, tutorSetting, TutorChoice);
	if (chosen !== undefined)
		return chosen.tutor === null ? { state: 'off' } : stateOf(models.servers, chosen.tutor);
	const { named } = models;
	if (named === undefined) return { state: 'off' };
	const states = await Promise.all(
		models.servers.map(({ id }) => stateOf(models.servers, { server: id, model: named }))
	);
	const ready = states.find(({ state }) => state === 'ready');
	if (ready !== undefined) return ready;
	return { state: states.some(({ state }) => state === 'no-such-model') ? 'no-such-model' : 'not-answering' };
}

async function stateOf(servers: readonly ModelServer[], tutor: TutorModel): Promise<CurrentTutor> {
	const server = servers.find(({ id }) => id === tutor.server);
	const listing = await server?.listing();
	if (server === undefined || listing?.ok !== true) return { state: 'not-answering', tutor };
	const served = servedAs(listing.models, tutor.model);
	return served === undefined ? { state: 'no-such-model', tutor } : { state: 'ready', tutor, server, served };
}

/** The model of this name; Ollama adds `:latest` where nobody does. */
export const servedAs = (models: readonly ServedModel[], name: string): ServedModel | undefined =>
	models.find(({ id }) => withoutLatest(id) === withoutLatest(name));

/** What anybody may know of it. */
export function toldOf(tutor: CurrentTutor): TutorState {
	return tutor.state === 'ready' ? { state: 'ready', tutor: tutor.tutor } : tutor;
}
