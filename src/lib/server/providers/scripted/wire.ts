import type { PullScript, ScriptedModel } from './script';

/** One of the two formats, as bytes: how a token, a thought, an error and the end are written. */
export type Wire = {
	readonly contentType: string;
	token(text: string): string;
	thought(text: string): string;
	end(reason: 'stop' | 'length', counts: { prompt: number; output: number }): string;
	error(message: string): string;
	swallowed(message: string): string;
};

const at = '2026-11-21T08:00:00.000000Z';

export function ollamaWire(model: string, kind: 'chat' | 'generate'): Wire {
	const line = (content: string, thinking: string | undefined, rest: object): string =>
		`${JSON.stringify({
			model,
			created_at: at,
			...(kind === 'chat'
				? { message: { role: 'assistant', content, ...(thinking === undefined ? {} : { thinking }) } }
				: { response: content, ...(thinking === undefined ? {} : { thinking }) }),
			...rest
		})}\n`;
	const error = (message: string): string => `${JSON.stringify({ error: message })}\n`;
	return {
		contentType: 'application/x-ndjson',
		token: (text) => line(text, undefined, { done: false }),
		thought: (text) => line('', text, { done: false }),
		end: (reason, { prompt, output }) =>
			line('', undefined, {
				done: true,
				done_reason: reason,
				total_duration: 900_000_000,
				load_duration: 100_000_000,
				prompt_eval_count: prompt,
				prompt_eval_duration: 200_000_000,
				eval_count: output,
				eval_duration: 600_000_000
			}),
		error,
		swallowed: error
	};
}

export function openAiWire(model: string, kind: 'chat' | 'completion'): Wire {
	const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
	const chunk = (name: string, choices: object[], rest: object = {}): string =>
		event({
			id: 'chatcmpl-1',
			object: kind === 'chat' ? 'chat.completion.chunk' : 'text_completion',
			created: 1_795_000_000,
			model: name,
			choices,
			...rest
		});
	const said = (delta: object, reason: string | null): object =>
		kind === 'chat'
			? { index: 0, delta, finish_reason: reason }
			: { index: 0, text: '', ...delta, finish_reason: reason };
	const words = (text: string): object => (kind === 'chat' ? { role: 'assistant', content: text } : { text });
	return {
		contentType: 'text/event-stream',
		token: (text) => chunk(model, [said(words(text), null)]),
		thought: (text) => chunk(model, [said({ reasoning_content: text }, null)]),
		end: (reason, { prompt, output }) =>
			chunk(model, [said({}, reason)]) +
			chunk(model, [], { usage: { prompt_tokens: prompt, completion_tokens: output } }) +
			'data: [DONE]\n\n',
		error: (message) => event({ error: { message, type: 'server_error', param: null, code: null } }),
		swallowed: () => chunk('', [said({}, null)])
	};
}

/** The lists of models: Ollama's own, and the one of `/v1`. */
export const tagsOf = (models: readonly ScriptedModel[]): object => ({
	models: models.map(({ name, digest, thinks = false }) => ({
		name,
		model: name,
		modified_at: at,
		size: 4_200_000_000,
		digest,
		details: { format: 'gguf', family: 'llama', parameter_size: '7B', quantization_level: 'Q4_1' },
		capabilities: ['completion', ...(thinks ? ['thinking'] : [])]
	}))
});

/** The lines of `/api/pull`, in Ollama's own words. */
export function pullLines({ bytes, pieces, error }: PullScript): string[] {
	const line = (content: object): string => `${JSON.stringify(content)}\n`;
	const start = line({ status: 'pulling manifest' });
	if (error !== undefined) return [start, line({ error })];
	const layer = Array.from({ length: pieces }, (_, at) =>
		line({
			status: 'pulling 2bada8a74506',
			digest: 'sha256:2bada8a74506',
			total: bytes,
			completed: Math.round((bytes * (at + 1)) / pieces)
		})
	);
	const rest = ['verifying sha256 digest', 'writing manifest', 'success'].map((status) => line({ status }));
	return [start, ...layer, ...rest];
}

/** `/api/ps`: what is loaded, in Ollama's own words. */
export const runningOf = (models: readonly ScriptedModel[]): object => ({
	models: models
		.filter(({ loaded = false }) => loaded)
		.map(({ name, digest }) => ({
			name,
			model: name,
			digest,
			size: 5_000_000_000,
			size_vram: 5_000_000_000,
			expires_at: at,
			context_length: 8_192
		}))
});

export const listOf = (models: readonly ScriptedModel[]): object => ({
	object: 'list',
	data: models.map(({ name, digest }) => ({
		id: name,
		object: 'model',
		created: 1_795_000_000,
		owned_by: 'vllm',
		root: `weights/${digest.slice(0, 8)}`,
		max_model_len: 8_192
	}))
});
