import type { ModelFailure } from '$lib/domain/tutor-model';
import { failure } from './failure';
import type { Provider, ProviderEvent } from './provider';

/** What says that a server is ill; a wrong question, or a model that is not there, does not. */
const ill: ReadonlySet<ModelFailure> = new Set([
	'not-running',
	'overloaded',
	'cut-off',
	'timed-out',
	'malformed'
]);
const failuresToOpen = 3;
const openMs = 15_000;

export type BreakerState = 'closed' | 'open' | 'trying';
export type GuardedProvider = Provider & { state(): BreakerState };

/**
 * A provider that asks a server no more which has failed three times in a row: students then get the built-in explanation at once
 * instead of a wait that ends in it. After 15 seconds one request may try; it decides for the others. `now` is in milliseconds.
 */
export function withCircuitBreaker(provider: Provider, now: () => number): GuardedProvider {
	let failures = 0;
	let openedAt = 0;
	let isTrying = false;

	const state = (): BreakerState => {
		if (isTrying) return 'trying';
		return failures < failuresToOpen ? 'closed' : 'open';
	};
	const mayAsk = (): boolean => failures < failuresToOpen || (!isTrying && now() - openedAt >= openMs);

	async function* stream(
		...[request, signal]: Parameters<Provider['stream']>
	): AsyncGenerator<ProviderEvent> {
		if (!mayAsk()) {
			const detail = 'The model server has failed several times; it is asked again in a few seconds.';
			yield { type: 'response-error', ...failure('not-running', detail) };
			return;
		}
		const isTrial = failures >= failuresToOpen;
		if (isTrial) isTrying = true;
		try {
			for await (const event of provider.stream(request, signal)) {
				if (event.type === 'response-error' && ill.has(event.kind)) {
					failures += 1;
					if (failures >= failuresToOpen) openedAt = now();
				} else if (event.type !== 'response-error' || event.kind !== 'stopped') {
					// Whatever it says, it answers. Who was stopped has learned nothing.
					if (event.type !== 'response-start') failures = 0;
				}
				yield event;
			}
		} finally {
			if (isTrial) isTrying = false;
		}
	}

	return { ...provider, stream, state };
}
