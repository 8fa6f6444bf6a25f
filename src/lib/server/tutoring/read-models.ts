import { done, type Answer } from '$lib/domain/answer';
import type { ModelFailure, ModelRecord, ModelServerId, ModelsReport } from '$lib/domain/tutor-model';
import type { Actor } from '$lib/server/auth/actor';
import { mayOperate, notTheOperator } from '$lib/server/auth/can';
import { selectModelRecords } from '$lib/server/db/repositories/model-record';
import {
	defaultSettings,
	memoryFor,
	selectableModels,
	type ModelSettings
} from '$lib/server/providers/model-settings';
import type { ModelServer } from '$lib/server/providers/model-servers';
import type { ServedModel } from '$lib/server/providers/provider';
import type { Models } from './context';
import { currentTutor, servedAs, toldOf } from './current-tutor';

/** What the model servers have, and what could be had: for the operator, who chooses. */
export async function readModels(context: Models, actor: Actor): Promise<Answer<ModelsReport>> {
	if (!mayOperate(actor)) return notTheOperator;
	const [records, ...servers] = await Promise.all([
		selectModelRecords(context.db),
		...context.models.servers.map(reportOf)
	]);
	const installed = servers.flatMap((each) => (each.answers && each.server === 'ollama' ? each.models : []));
	const { contextTokens } = defaultSettings.explain;
	return done({
		tutor: toldOf(await currentTutor(context)),
		roles: roles.map((role) => ({ role, ...asked(defaultSettings[role]) })),
		servers: servers.map((each) =>
			each.answers
				? { ...each, models: each.models.map((model) => told(model, records.get(model.id))) }
				: each
		),
		selectable: selectableModels.map((model) => ({
			id: model.id,
			kind: model.kind,
			bytes: model.bytes,
			memoryBytes: memoryFor(model, contextTokens),
			installed: servedAs(installed, model.id) !== undefined
		}))
	});
}

async function reportOf(server: ModelServer) {
	const listing = await server.listing();
	const { id, address } = server;
	if (listing.ok) return { answers: true as const, server: id, address, models: listing.models };
	const { kind, detail } = listing.failure;
	return { answers: false as const, server: id, address, why: kind, detail, advice: adviceOn(kind, id) };
}

const roles = ['explain', 'chat'] as const;
const asked = ({ temperature, topP, contextTokens, answerTokens, keepAlive, think }: ModelSettings) => ({
	temperature,
	topP,
	contextTokens,
	answerTokens,
	keepAlive,
	...(think === undefined ? {} : { think })
});

const told = (
	{ id, bytes, parameters, quantization, contextTokens, running }: ServedModel,
	record: ModelRecord | undefined
) => ({
	id,
	...(bytes === undefined ? {} : { bytes }),
	...(parameters === undefined ? {} : { parameters }),
	...(quantization === undefined ? {} : { quantization }),
	...(contextTokens === undefined ? {} : { contextTokens }),
	...(running === undefined ? {} : { running }),
	...(record === undefined ? {} : { record })
});

/** What an operator can do about a server that does not list its models. */
export function adviceOn(why: ModelFailure, server: ModelServerId): string {
	const variable = server === 'ollama' ? 'OLLAMA_HOST' : 'OPENAI_BASE_URL';
	if (why === 'not-running') {
		return server === 'ollama'
			? 'Install Ollama (https://ollama.com/download) and start it with `ollama serve`, or set OLLAMA_HOST to where it runs.'
			: 'Start the model server, or set OPENAI_BASE_URL to where it runs.';
	}
	if (why === 'refused') {
		return server === 'ollama'
			? 'Something else than Ollama may listen there: check OLLAMA_HOST.'
			: 'Check OPENAI_API_KEY, and that OPENAI_BASE_URL ends where /models goes on, usually in /v1.';
	}
	if (why === 'malformed') return `What answers there is no model server of this kind: check ${variable}.`;
	return 'It is there, but too slow or too busy to say what it has: try again in a moment.';
}
