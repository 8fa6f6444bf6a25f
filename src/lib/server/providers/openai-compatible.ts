import * as v from 'valibot';
import { contentHash } from '$lib/domain/ids';
import { checkedFetch } from './checked-fetch';
import { failure, failureOf, ProviderFault, refusal } from './failure';
import { guardedStream } from './guarded-stream';
import { linesOf } from './lines';
import type {
	EndReason,
	Provider,
	ProviderEvent,
	ProviderOptions,
	ProviderRequest,
	ServedModel,
	Usage
} from './provider';

const text = v.nullish(v.string(), '');
const count = v.nullish(v.pipe(v.number(), v.minValue(0)));

/** One event of `/chat/completions` (with `delta`) or `/completions` (with `text`). */
const Chunk = v.object({
	/** Ollama sends an empty name where its runner has failed, and then simply ends. */
	model: v.nullish(v.string()),
	choices: v.array(
		v.object({
			finish_reason: v.nullish(v.string()),
			text,
			// Reasoning has two names: vLLM and Ollama say `reasoning`, llama.cpp and LM Studio `reasoning_content`.
			delta: v.nullish(v.object({ content: text, reasoning: text, reasoning_content: text }), {})
		})
	),
	usage: v.nullish(v.object({ prompt_tokens: count, completion_tokens: count }))
});
type Chunk = v.InferOutput<typeof Chunk>;

const ErrorEvent = v.object({ error: v.union([v.string(), v.looseObject({})]) });

const Listed = v.object({
	data: v.array(
		v.looseObject({
			id: v.string(),
			max_model_len: count,
			meta: v.nullish(v.looseObject({ n_ctx_train: count, size: count }))
		})
	)
});

/** Any server that speaks OpenAI's wire format: vLLM, llama.cpp's, LM Studio, TGI. `url` ends where `/chat/completions` goes on. */
export function openAiCompatibleProvider({ url, apiKey, limits }: ProviderOptions): Provider {
	const at = (path: string): string => `${url.replace(/\/+$/, '')}/${path}`;
	const headers = {
		'content-type': 'application/json',
		...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` })
	};

	async function servedModels(signal: AbortSignal): Promise<ServedModel[]> {
		const response = await checkedFetch(at('models'), { headers, signal });
		const listed = v.safeParse(Listed, await response.json());
		if (!listed.success) throw new ProviderFault('malformed', `models: ${v.summarize(listed.issues)}`);
		return Promise.all(listed.output.data.map(described));
	}

	async function* exchange(request: ProviderRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
		const served = (await servedModels(signal)).find(({ id }) => id === request.model);
		if (served === undefined) throw new ProviderFault('no-such-model', `There is no model ${request.model}.`);
		const path = request.prompt.kind === 'chat' ? 'chat/completions' : 'completions';
		const body = JSON.stringify(bodyOf(request));
		const response = await checkedFetch(at(path), { method: 'POST', headers, body, signal });
		if (response.body === null) throw new ProviderFault('malformed', 'The answer has no body.');
		yield { type: 'response-start', model: served.id, digest: served.digest };
		yield* eventsOf(response.body);
	}

	return {
		id: 'openai-compatible',
		async models(signal) {
			try {
				return { ok: true, models: await servedModels(signal) };
			} catch (error) {
				return { ok: false, failure: signal.aborted ? failure('stopped', 'Stopped.') : failureOf(error) };
			}
		},
		stream: (request, signal) => guardedStream((ending) => exchange(request, ending), signal, limits)
	};
}

function bodyOf({ model, prompt, settings, schema }: ProviderRequest): object {
	return {
		model,
		...(prompt.kind === 'chat' ? { messages: prompt.messages } : { prompt: prompt.text, stop: prompt.stop }),
		stream: true,
		stream_options: { include_usage: true },
		temperature: settings.temperature,
		top_p: settings.topP,
		max_tokens: settings.answerTokens,
		...(settings.seed === undefined ? {} : { seed: settings.seed }),
		// Known to vLLM and llama.cpp, passed over by the others.
		...(settings.think === undefined ? {} : { chat_template_kwargs: { enable_thinking: settings.think } }),
		...(schema === undefined
			? {}
			: { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } })
	};
}

/** No server of this kind names a digest of its weights; what it says about them is all that can be kept. */
async function described(model: v.InferOutput<typeof Listed>['data'][number]): Promise<ServedModel> {
	// When the list was made, or the permissions that come with it, say nothing about the weights.
	const { created: _created, permission: _permission, ...rest } = model;
	const contextTokens = model.max_model_len ?? model.meta?.n_ctx_train ?? undefined;
	const bytes = model.meta?.size ?? undefined;
	return {
		id: model.id,
		digest: { value: await contentHash(JSON.stringify(sorted(rest))), of: 'description' },
		...(contextTokens === undefined ? {} : { contextTokens }),
		...(bytes === undefined ? {} : { bytes })
	};
}

/** The same value with its keys in one order, so that equal descriptions have equal hashes. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)])
	);
}

/** The usage comes after the reason, or with it, or never; `[DONE]` may be missing. So the end is told when the stream is over. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ProviderEvent> {
	let reason: EndReason | undefined;
	let usage: Usage = {};
	for await (const data of serverSentData(body)) {
		if (data === '[DONE]') break;
		const chunk = parsed(data);
		if (chunk.usage != null) usage = usageOf(chunk.usage);
		const choice = chunk.choices[0];
		if (choice === undefined) continue;
		const thought = choice.delta.reasoning || choice.delta.reasoning_content;
		if (thought !== '') yield { type: 'reasoning-delta', text: thought };
		const words = choice.delta.content || choice.text;
		if (words !== '') yield { type: 'text-delta', text: words };
		if (choice.finish_reason != null) reason = reasonOf(choice.finish_reason);
	}
	// Without a reason it was cut, and the guard says so.
	if (reason !== undefined) yield { type: 'response-end', reason, usage };
}

/** What stands behind `data:`, one event at a time. The last one counts only when the empty line behind it came, too. */
async function* serverSentData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
	let data: string[] = [];
	for await (const { text: line, ended } of linesOf(body)) {
		if (!ended) break;
		if (line === '') {
			if (data.length > 0) yield data.join('\n');
			data = [];
		} else if (/^data:/.test(line)) {
			data.push(line.replace(/^data: ?/, ''));
		} else if (/^error:/.test(line)) {
			// llama.cpp has an event of this name without any data.
			throw faultIn(line.replace(/^error: ?/, ''));
		}
	}
	// TGI ends without the last empty line.
	if (data.length > 0) yield data.join('\n');
}

function parsed(data: string): Chunk {
	let json: unknown;
	try {
		json = JSON.parse(data);
	} catch {
		throw new ProviderFault('malformed', `An event of the answer is not JSON: ${data}`);
	}
	if (v.is(ErrorEvent, json)) throw faultIn(data);
	const chunk = v.safeParse(Chunk, json);
	if (!chunk.success) throw new ProviderFault('malformed', `An event: ${v.summarize(chunk.issues)}`);
	if (chunk.output.model === '') throw new ProviderFault('cut-off', 'The model failed while it answered.');
	return chunk.output;
}

function faultIn(body: string): ProviderFault {
	const { kind, detail } = refusal(200, body);
	return new ProviderFault(kind, detail);
}

function reasonOf(reason: string): EndReason {
	// TGI has names of its own.
	if (reason === 'stop' || reason === 'eos_token' || reason === 'stop_sequence') return 'stop';
	if (reason === 'length') return 'length';
	if (reason === 'content_filter') throw new ProviderFault('refused', 'The server filtered the answer.');
	throw new ProviderFault('malformed', `The server ended with ${reason}.`);
}

function usageOf(usage: NonNullable<Chunk['usage']>): Usage {
	return {
		...(usage.prompt_tokens == null ? {} : { promptTokens: usage.prompt_tokens }),
		...(usage.completion_tokens == null ? {} : { outputTokens: usage.completion_tokens })
	};
}
