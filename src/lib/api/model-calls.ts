import * as v from 'valibot';
import type { ExplainRequest } from '$lib/domain/explain-request';
import { AppendResult, OpenGenerations, type GiveVerdicts } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import {
	ModelsReport,
	PullPart,
	TutorState,
	type TutorChoice,
	type TutorModel
} from '$lib/domain/tutor-model';
import { eventReader } from './event-stream';
import { failed, readAnswer, readJson, send, type ApiFailure, type ApiResult, type Fetch } from './request';

/*
 * What concerns models: for pages that ask one, and for the operator's. It stands apart because no page begins with it, and every page's
 * script is counted.
 */

/** Asks the server's model for an explanation, which is then followed by `followLog`. A `no-model` failure: explain without one. */
export async function askModel(fetcher: Fetch, request: ExplainRequest): Promise<ApiResult<AppendResult>> {
	return readAnswer(AppendResult, await send(fetcher, { method: 'POST', path: 'explain', body: request }));
}

/** What servers still write for the learner: a page that is loaded again follows it with `followLog`. */
export async function loadOpenGenerations(fetcher: Fetch): Promise<ApiResult<OpenGenerations>> {
	return readAnswer(OpenGenerations, await send(fetcher, { method: 'GET', path: 'generations' }));
}

/** Ends what a server writes, in whichever tab it was begun. */
export async function stopGeneration(fetcher: Fetch, id: GenerationId): Promise<ApiResult<unknown>> {
	return send(fetcher, { method: 'POST', path: `generations/${id}/stop` });
}

/** Tells what the bench found out about claims of a log that the server writes. Safe to repeat. */
export async function giveVerdicts(
	fetcher: Fetch,
	id: GenerationId,
	given: GiveVerdicts
): Promise<ApiResult<AppendResult>> {
	const path = `generations/${id}/verdicts`;
	return readAnswer(AppendResult, await send(fetcher, { method: 'POST', path, body: given }));
}

/** Whether a model explains just now, and which. */
export async function loadTutor(fetcher: Fetch): Promise<ApiResult<TutorState>> {
	return readAnswer(TutorState, await send(fetcher, { method: 'GET', path: 'tutor' }));
}

/** What the operator chooses from; a `forbidden` failure for everybody else. */
export async function loadModels(fetcher: Fetch): Promise<ApiResult<ModelsReport>> {
	return readAnswer(ModelsReport, await send(fetcher, { method: 'GET', path: 'models' }));
}

/** The operator's choice; a `no-model` failure says what would make it one that works. */
export async function chooseTutor(fetcher: Fetch, choice: TutorChoice): Promise<ApiResult<TutorState>> {
	return readAnswer(TutorState, await send(fetcher, { method: 'PUT', path: 'tutor', body: choice }));
}

/** Throws a model away on its server. */
export async function removeModel(fetcher: Fetch, model: TutorModel): Promise<ApiResult<unknown>> {
	return send(fetcher, { method: 'DELETE', path: 'models', body: model });
}

/**
 * Lets a model server fetch a model, and tells how far it is. It ends after `done` or `failed`; where the connection is lost, or the
 * server refuses, with the failure.
 */
export async function* pullModel(
	fetcher: Fetch,
	model: TutorModel,
	signal: AbortSignal
): AsyncGenerator<PullPart, ApiFailure | undefined> {
	try {
		const response = await fetcher('/api/v1/models/pull', {
			method: 'POST',
			headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
			body: JSON.stringify(model),
			signal
		});
		if (!response.ok) return failed(response.status, readJson(await response.text())).failure;
		const read = eventReader();
		const reader = response.body?.getReader();
		for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) {
			for (const { data } of read(chunk.value)) {
				const part = v.safeParse(PullPart, readJson(data));
				if (!part.success) continue;
				yield part.output;
				if (part.output.state !== 'fetching') return undefined;
			}
		}
	} catch {
		// Nobody answered, or the connection broke.
	}
	return { code: 'offline', status: 0, body: undefined };
}
