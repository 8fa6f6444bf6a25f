import type { ModelServerId } from '$lib/domain/tutor-model';
import { withCircuitBreaker, type GuardedProvider } from './circuit-breaker';
import { failure } from './failure';
import { ollamaLibrary, ollamaProvider } from './ollama';
import { openAiCompatibleProvider } from './openai-compatible';
import type { Listing, ModelLibrary, Provider, StreamLimits } from './provider';

export type ModelServer = {
	readonly id: ModelServerId;
	/** Where it is; it holds no password. */
	readonly address: string;
	readonly provider: Pick<GuardedProvider, 'stream' | 'state'>;
	/** Its models, as it said at most two seconds ago. */
	listing(): Promise<Listing>;
	/** Where its models can be fetched and thrown away; after that the next `listing` asks it anew. */
	readonly library?: ModelLibrary;
};

export type ModelAddresses = {
	readonly ollamaUrl: string;
	readonly openAiUrl: string | undefined;
	readonly openAiKey: string | undefined;
	readonly limits?: Partial<StreamLimits>;
};

/** Whoever does not say what it has by then is taken for one that does not answer. */
const listMs = 3_000;
/** A class that presses a button at once must not ask the server thirty times. */
const freshMs = 2_000;

/** Every model server that the settings name, each with a breaker of its own. `now` is in milliseconds. */
export function openModelServers(addresses: ModelAddresses, now: () => number): readonly ModelServer[] {
	const { ollamaUrl, openAiUrl, openAiKey, limits = {} } = addresses;
	const guarded = (address: string, provider: Provider, library?: ModelLibrary): ModelServer => {
		const { ask, forget } = remembered(() => modelsOf(provider), now);
		return {
			id: provider.id,
			address,
			provider: withCircuitBreaker(provider, now),
			listing: ask,
			...(library === undefined ? {} : { library: noticed(library, forget) })
		};
	};
	return [
		guarded(ollamaUrl, ollamaProvider({ url: ollamaUrl, limits }), ollamaLibrary({ url: ollamaUrl })),
		...(openAiUrl === undefined
			? []
			: [
					guarded(
						openAiUrl,
						openAiCompatibleProvider({
							url: openAiUrl,
							limits,
							...(openAiKey === undefined ? {} : { apiKey: openAiKey })
						})
					)
				])
	];
}

async function modelsOf(provider: Provider): Promise<Listing> {
	const listing = await provider.models(AbortSignal.timeout(listMs));
	if (listing.ok || listing.failure.kind !== 'stopped') return listing;
	return { ok: false, failure: failure('timed-out', `Nothing came for ${listMs} ms.`) };
}

function remembered(
	ask: () => Promise<Listing>,
	now: () => number
): { ask: () => Promise<Listing>; forget: () => void } {
	let asked: { at: number; answer: Promise<Listing> } | undefined;
	return {
		ask: () => {
			if (asked === undefined || now() - asked.at >= freshMs) asked = { at: now(), answer: ask() };
			return asked.answer;
		},
		forget: () => (asked = undefined)
	};
}

/** The same library; what it changes is seen at once. */
function noticed(library: ModelLibrary, changed: () => void): ModelLibrary {
	return {
		async *pull(model, signal) {
			try {
				return yield* library.pull(model, signal);
			} finally {
				changed();
			}
		},
		async remove(model) {
			const failed = await library.remove(model);
			changed();
			return failed;
		}
	};
}
