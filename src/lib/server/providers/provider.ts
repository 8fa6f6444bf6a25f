import type { ContentHash } from '$lib/domain/ids';
import type { Prompt } from '$lib/domain/prompt';
import type { ModelFailure, ModelServerId } from '$lib/domain/tutor-model';
import type { ModelSettings } from './model-settings';

/** `detail` has the server's own words, cut to a few hundred characters: for logs and operators, never for a page's HTML. */
export type Failure = { readonly kind: ModelFailure; readonly retryable: boolean; readonly detail: string };

/** `description`: the server names no digest of the weights, so this is the hash of what it does say about them. */
export type ModelDigest = { readonly value: ContentHash; readonly of: 'weights' | 'description' };

/** The server's own counts and times, as far as it gives them. */
export type Usage = {
	readonly promptTokens?: number;
	readonly outputTokens?: number;
	readonly loadMs?: number;
	readonly promptMs?: number;
	readonly outputMs?: number;
};

/**
 * A stream is `response-start`, deltas, and one of the two ends; nothing follows an end, and a failure may come first.
 * `response-end` means that the server said it had finished: a connection that merely closes is `cut-off`.
 */
export type ProviderEvent =
	| { readonly type: 'response-start'; readonly model: string; readonly digest: ModelDigest }
	| { readonly type: 'text-delta'; readonly text: string }
	| { readonly type: 'reasoning-delta'; readonly text: string }
	| { readonly type: 'response-end'; readonly reason: EndReason; readonly usage: Usage }
	| ({ readonly type: 'response-error' } & Failure);

/** `length`: the limit of tokens was reached, so the text has no end. */
export type EndReason = 'stop' | 'length';

/** A model as its server describes it; what a server does not say is absent. */
export type ServedModel = {
	readonly id: string;
	readonly digest: ModelDigest;
	readonly bytes?: number;
	readonly parameters?: string;
	readonly quantization?: string;
	/** The most tokens that prompt and answer may have together. */
	readonly contextTokens?: number;
	readonly canThink?: boolean;
	/** It is in memory: with so many bytes, for so many tokens. */
	readonly running?: { readonly bytes?: number; readonly contextTokens?: number };
};

export type ProviderRequest = {
	readonly model: string;
	readonly prompt: Prompt;
	readonly settings: ModelSettings;
	/** The JSON Schema that the answer must fit. */
	readonly schema?: object;
};

export type Listing =
	| { readonly ok: true; readonly models: readonly ServedModel[] }
	| { readonly ok: false; readonly failure: Failure };

/** A model server. Failures are values: neither of the two ever throws. */
export type Provider = {
	readonly id: ModelServerId;
	models(signal: AbortSignal): Promise<Listing>;
	/** Leaving the loop early ends the request, as the signal does. */
	stream(request: ProviderRequest, signal: AbortSignal): AsyncIterable<ProviderEvent>;
};

/** How far a download is; `bytes` of those that the server has named so far. */
export type PullStep = { readonly step: string; readonly bytes: number; readonly allBytes: number };

/** A server whose models can be fetched and thrown away while it runs. Failures are values here as well; `undefined` is success. */
export type ModelLibrary = {
	/** The signal ends the download; what has come is kept for the next one. */
	pull(model: string, signal: AbortSignal): AsyncGenerator<PullStep, Failure | undefined>;
	remove(model: string): Promise<Failure | undefined>;
};

/** Where a server is, and how long we wait for it. */
export type ProviderOptions = {
	readonly url: string;
	/** Sent as a bearer token; only `openai-compatible` asks for one. */
	readonly apiKey?: string;
	readonly limits?: Partial<StreamLimits>;
};

export type StreamLimits = {
	/** Until the first token: a server that works on another request sends no headers before. */
	readonly firstMs: number;
	/** Between two tokens. */
	readonly idleMs: number;
	/** Altogether. */
	readonly totalMs: number;
	/** Characters of text and reasoning: a server must not fill our memory. */
	readonly chars: number;
};
