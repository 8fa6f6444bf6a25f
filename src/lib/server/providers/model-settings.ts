import * as v from 'valibot';
import { ModelName } from '$lib/domain/model';

/** How a model is asked. Each of these is sent with every request: what is left out, servers fill in each in its own way. */
export const ModelSettings = v.strictObject({
	temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
	topP: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
	/** `num_ctx`: prompt and answer together. Ollama's own default cuts prompts silently. Other servers fix it at their start. */
	contextTokens: v.pipe(v.number(), v.integer(), v.minValue(1_024), v.maxValue(1_048_576)),
	/** `num_predict`. Without it, a model that finds no end writes ten times its context. */
	answerTokens: v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(32_768)),
	/** How long Ollama keeps the model in memory after an answer: `30m`, `2h`. */
	keepAlive: v.pipe(v.string(), v.regex(/^\d{1,5}(?:s|m|h)$/)),
	seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2_147_483_647))),
	/** Whether a model that can reason before it answers shall; absent: as its server has it. */
	think: v.optional(v.boolean())
});
export type ModelSettings = v.InferOutput<typeof ModelSettings>;

export type Role = 'explain' | 'chat';

const Assigned = v.strictObject({ model: ModelName, settings: ModelSettings });

/** Which model does what. Checked on arrival from the operator's page or a file. */
export const ModelChoice = v.pipe(
	v.strictObject({
		/** What a tuned model is trained from. */
		baseModel: ModelName,
		roles: v.strictObject({ explain: Assigned, chat: Assigned } satisfies Record<Role, unknown>)
	}),
	v.check(
		({ roles: { explain, chat } }) =>
			explain.model !== chat.model || explain.settings.contextTokens === chat.settings.contextTokens,
		// Ollama waits for the model's other requests, then loads it anew: seconds, at each change of role.
		'One model in two roles needs the same contextTokens in both.'
	)
);
export type ModelChoice = v.InferOutput<typeof ModelChoice>;

const shared = { temperature: 0.7, topP: 0.9, contextTokens: 8_192, keepAlive: '30m', think: false } as const;

/** What is used where nobody chose otherwise. */
export const defaultSettings: Readonly<Record<Role, ModelSettings>> = {
	explain: { ...shared, answerTokens: 2_048 },
	chat: { ...shared, answerTokens: 768 }
};

/** A model that can be had with one click. */
export type SelectableModel = {
	readonly id: string;
	/** A base model goes on with a text and was never taught to answer: it gets the few-shot prompt. */
	readonly kind: 'instruct' | 'base';
	/** Of the download, about. */
	readonly bytes: number;
	/** What each token of context costs in memory: keys and values of every layer, 16 bits each. */
	readonly bytesPerToken: number;
};

const gb = (size: number): number => size * 1e9;
const kib = (size: number): number => size * 1024;

/** Smallest first. Sizes as in Ollama's library; memory of the context from each model's layers and heads. */
export const selectableModels: readonly SelectableModel[] = [
	{ id: 'qwen2.5-coder:1.5b', kind: 'instruct', bytes: gb(0.99), bytesPerToken: kib(28) },
	{ id: 'qwen2.5-coder:3b', kind: 'instruct', bytes: gb(1.9), bytesPerToken: kib(36) },
	{ id: 'llama3.2:3b', kind: 'instruct', bytes: gb(2), bytesPerToken: kib(112) },
	{ id: 'qwen3:4b', kind: 'instruct', bytes: gb(2.5), bytesPerToken: kib(144) },
	// Gemma's layers look back 1,024 tokens, but for each sixth: counted here as if it were one sixth of them.
	{ id: 'gemma3:4b', kind: 'instruct', bytes: gb(3.3), bytesPerToken: kib(23) },
	{ id: 'codellama:7b-code-q4_1', kind: 'base', bytes: gb(4.2), bytesPerToken: kib(512) },
	{ id: 'mistral:7b', kind: 'instruct', bytes: gb(4.4), bytesPerToken: kib(128) },
	{ id: 'qwen2.5-coder:7b', kind: 'instruct', bytes: gb(4.7), bytesPerToken: kib(56) },
	{ id: 'gemma3:12b', kind: 'instruct', bytes: gb(8.1), bytesPerToken: kib(64) },
	{ id: 'codellama:34b', kind: 'instruct', bytes: gb(19), bytesPerToken: kib(192) },
	{ id: 'mixtral:8x7b', kind: 'instruct', bytes: gb(26), bytesPerToken: kib(128) }
];

/** Buffers of the computation, whatever the model. An estimate: `ps` says what a loaded model really takes. */
const overheadBytes = gb(0.5);

/** Memory that a model wants with this context, in bytes, on a graphics card or in the machine. */
export const memoryFor = (model: SelectableModel, contextTokens: number): number =>
	model.bytes + model.bytesPerToken * contextTokens + overheadBytes;

/** A tag by which libraries name base models: `7b-code`, `3b-base`, `text`. */
const baseTag = /:(?:[^:]*-)?(?:base|code|text)(?:-[^:]*)?$/i;

/** How a model is asked: who was never taught to answer gets a text to go on with. */
export const formFor = (model: string): 'chat' | 'completion' =>
	baseTag.test(model) ? 'completion' : 'chat';

/** The name without the tag that Ollama adds by itself. */
export const withoutLatest = (name: string): string => name.replace(/:latest$/, '');
