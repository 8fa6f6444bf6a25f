import { Ollama } from 'ollama';
import * as v from 'valibot';
import { ContentHash } from '$lib/domain/ids';
import { checkedFetch } from './checked-fetch';
import { failure, failureOf, ProviderFault, refusal } from './failure';
import { guardedStream } from './guarded-stream';
import { linesOf } from './lines';
import { withoutLatest } from './model-settings';
import type {
	EndReason,
	ModelLibrary,
	Provider,
	ProviderEvent,
	ProviderOptions,
	ProviderRequest,
	PullStep,
	ServedModel,
	Usage
} from './provider';

const count = v.optional(v.pipe(v.number(), v.minValue(0)));
/** What the lines of `/api/chat` and `/api/generate` have in common. Durations are in nanoseconds. */
const progress = {
	done: v.boolean(),
	done_reason: v.optional(v.string()),
	prompt_eval_count: count,
	eval_count: count,
	load_duration: count,
	prompt_eval_duration: count,
	eval_duration: count
};
const thinking = v.optional(v.string(), '');
const ChatLine = v.object({
	...progress,
	message: v.object({ content: v.optional(v.string(), ''), thinking })
});
const GenerateLine = v.object({ ...progress, response: v.optional(v.string(), ''), thinking });
const ErrorLine = v.object({ error: v.unknown() });

const Tags = v.object({
	models: v.array(
		v.object({
			name: v.string(),
			digest: v.pipe(v.string(), v.transform(bareHex), ContentHash),
			size: count,
			capabilities: v.optional(v.array(v.string())),
			details: v.optional(
				v.object({
					parameter_size: v.optional(v.string()),
					quantization_level: v.optional(v.string()),
					context_length: count
				})
			)
		})
	)
});

/** What is loaded. */
const Running = v.object({
	models: v.array(v.object({ name: v.string(), size: count, context_length: count }))
});

/**
 * Ollama, through its official client. That client has no way to give up a request that waits for its headers, warns on the
 * console about a line it cannot read and goes on as if it had not been sent, and tells all its errors by their words. So it gets a
 * `fetch` of ours, which carries the signal and lets nothing through that is not a line of JSON (decision 017).
 */
export function ollamaProvider({ url, limits }: ProviderOptions): Provider {
	return {
		id: 'ollama',
		async models(signal) {
			try {
				return { ok: true, models: await withRunning(clientAt(url, signal)) };
			} catch (error) {
				return { ok: false, failure: signal.aborted ? failure('stopped', 'Stopped.') : failureOf(error) };
			}
		},
		stream: (request, signal) =>
			guardedStream((ending) => exchange(clientAt(url, ending), request), signal, limits)
	};
}

/** A line of `/api/pull`: each layer of a model is a download of its own. */
const PullLine = v.object({
	status: v.string(),
	digest: v.optional(v.string()),
	total: count,
	completed: count
});
/** Whoever is asked to throw a model away has that to do and nothing else. */
const removeMs = 20_000;

/** The models that Ollama keeps. */
export function ollamaLibrary({ url }: Pick<ProviderOptions, 'url'>): ModelLibrary {
	return {
		async *pull(model, signal) {
			const layers = new Map<string, { bytes: number; allBytes: number }>();
			let status = '';
			try {
				for await (const line of await clientAt(url, signal).pull({ model, stream: true })) {
					const { digest, total, completed, ...rest } = parsed(PullLine, line);
					status = rest.status;
					if (digest !== undefined && total !== undefined)
						layers.set(digest, { bytes: completed ?? 0, allBytes: total });
					yield stepOf(status, [...layers.values()]);
				}
			} catch (error) {
				return signal.aborted ? failure('stopped', 'Stopped.') : failureOf(error);
			}
			return status === 'success' ? undefined : failure('cut-off', `The download ended at "${status}".`);
		},
		async remove(model) {
			try {
				await clientAt(url, AbortSignal.timeout(removeMs)).delete({ model });
				return undefined;
			} catch (error) {
				return failureOf(error);
			}
		}
	};
}

const stepOf = (step: string, layers: readonly Omit<PullStep, 'step'>[]): PullStep => ({
	step: step.slice(0, 200),
	bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
	allBytes: layers.reduce((sum, { allBytes }) => sum + allBytes, 0)
});

/** A client for one request: it can only be stopped as a whole. */
const clientAt = (url: string, signal: AbortSignal): Ollama =>
	new Ollama({
		host: url,
		fetch: async (input, init = {}) => {
			const own = init.signal ?? undefined;
			const both = own === undefined ? signal : AbortSignal.any([signal, own]);
			const response = await checkedFetch(input, { ...init, signal: both });
			const isStream = response.headers.get('content-type')?.includes('ndjson') === true;
			return isStream && response.body !== null
				? new Response(checkedLines(response.body), { headers: response.headers })
				: response;
		}
	});

async function servedModels(client: Ollama): Promise<ServedModel[]> {
	const tags = v.safeParse(Tags, await client.list());
	if (!tags.success) throw new ProviderFault('malformed', `/api/tags: ${v.summarize(tags.issues)}`);
	return tags.output.models.map(({ name, digest, size, capabilities, details }) => ({
		id: name,
		digest: { value: digest, of: 'weights' },
		...(size === undefined ? {} : { bytes: size }),
		...(details?.parameter_size === undefined ? {} : { parameters: details.parameter_size }),
		...(details?.quantization_level === undefined ? {} : { quantization: details.quantization_level }),
		...(details?.context_length === undefined ? {} : { contextTokens: details.context_length }),
		...(capabilities === undefined ? {} : { canThink: capabilities.includes('thinking') })
	}));
}

/** The same, with what is loaded. A server that does not say so still has its models. */
async function withRunning(client: Ollama): Promise<ServedModel[]> {
	const models = await servedModels(client);
	const running = v.safeParse(Running, await client.ps().catch(() => undefined));
	const loaded = new Map(running.success ? running.output.models.map((each) => [each.name, each]) : []);
	return models.map((model) => {
		const found = loaded.get(model.id);
		if (found === undefined) return model;
		const { size, context_length } = found;
		return {
			...model,
			running: {
				...(size === undefined ? {} : { bytes: size }),
				...(context_length === undefined ? {} : { contextTokens: context_length })
			}
		};
	});
}

async function* exchange(client: Ollama, request: ProviderRequest): AsyncGenerator<ProviderEvent> {
	// The answer to a chat names no digest, and a name may be given to other weights at any time: it is read just before.
	const served = (await servedModels(client)).find(
		({ id }) => withoutLatest(id) === withoutLatest(request.model)
	);
	if (served === undefined) throw new ProviderFault('no-such-model', `There is no model ${request.model}.`);
	const { prompt, settings } = request;
	const common = {
		model: request.model,
		stream: true as const,
		// Rather an error than a prompt whose beginning is missing.
		truncate: false,
		keep_alive: settings.keepAlive,
		options: {
			temperature: settings.temperature,
			top_p: settings.topP,
			num_ctx: settings.contextTokens,
			num_predict: settings.answerTokens,
			...(settings.seed === undefined ? {} : { seed: settings.seed }),
			...(prompt.kind === 'completion' && prompt.stop.length > 0 ? { stop: prompt.stop } : {})
		},
		...(request.schema === undefined ? {} : { format: request.schema }),
		// A model that cannot think refuses to be asked.
		...(served.canThink === true && settings.think !== undefined ? { think: settings.think } : {})
	};
	const start: ProviderEvent = { type: 'response-start', model: served.id, digest: served.digest };
	if (prompt.kind === 'chat') {
		const lines = await client.chat({ ...common, messages: prompt.messages });
		yield start;
		for await (const line of lines) {
			const { message, ...rest } = parsed(ChatLine, line);
			yield* events(message.content, message.thinking, rest);
		}
	} else {
		const lines = await client.generate({ ...common, prompt: prompt.text, raw: true });
		yield start;
		for await (const line of lines) {
			const { response, thinking: thought, ...rest } = parsed(GenerateLine, line);
			yield* events(response, thought, rest);
		}
	}
}

type Progress = v.InferOutput<v.ObjectSchema<typeof progress, undefined>>;

function* events(text: string, thought: string, line: Progress): Generator<ProviderEvent> {
	if (thought !== '') yield { type: 'reasoning-delta', text: thought };
	if (text !== '') yield { type: 'text-delta', text };
	if (line.done) yield { type: 'response-end', reason: reasonOf(line.done_reason), usage: usageOf(line) };
}

/** `load` and `unload` answer a request without a question; ours has one, so a server that says so has not answered it. */
function reasonOf(reason: string | undefined): EndReason {
	if (reason === 'stop' || reason === 'length') return reason;
	throw new ProviderFault('cut-off', `The server ended with ${reason ?? 'no reason'}.`);
}

function usageOf(line: Progress): Usage {
	const ms = (nanoseconds: number | undefined): number | undefined =>
		nanoseconds === undefined ? undefined : nanoseconds / 1e6;
	return known({
		promptTokens: line.prompt_eval_count,
		outputTokens: line.eval_count,
		loadMs: ms(line.load_duration),
		promptMs: ms(line.prompt_eval_duration),
		outputMs: ms(line.eval_duration)
	});
}

/** Without what the server did not say. */
const known = (counts: Record<keyof Usage, number | undefined>): Usage =>
	Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));

function parsed<TSchema extends v.GenericSchema>(schema: TSchema, line: unknown): v.InferOutput<TSchema> {
	const result = v.safeParse(schema, line);
	if (!result.success)
		throw new ProviderFault('malformed', `A line of the answer: ${v.summarize(result.issues)}`);
	return result.output;
}

/** The same lines, each of them checked to be an object that is no error; made only as fast as they are read. */
function checkedLines(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	const lines = linesOf(body);
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				for (;;) {
					const next = await lines.next();
					if (next.done === true) return controller.close();
					const line = next.value;
					if (line.text.trim() === '') continue;
					check(line.text, line.ended);
					return controller.enqueue(encoder.encode(`${line.text}\n`));
				}
			},
			async cancel() {
				await lines.return(undefined);
			}
		},
		{ highWaterMark: 0 }
	);
}

function check(line: string, ended: boolean): void {
	let json: unknown;
	try {
		json = JSON.parse(line);
	} catch {
		throw ended
			? new ProviderFault('malformed', `A line of the answer is not JSON: ${line}`)
			: new ProviderFault('cut-off', 'The answer ends in the middle of a line.');
	}
	if (typeof json !== 'object' || json === null || Array.isArray(json)) {
		throw new ProviderFault('malformed', `A line of the answer is no object: ${line}`);
	}
	if (v.is(ErrorLine, json)) {
		const { kind, detail } = refusal(200, line);
		throw new ProviderFault(kind, detail);
	}
}

/** Older servers write `sha256:` before it. */
function bareHex(digest: string): string {
	return digest.replace(/^sha256:/, '');
}
