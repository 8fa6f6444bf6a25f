import { failure, failureOf } from './failure';
import type { Failure, ProviderEvent, StreamLimits } from './provider';

/** The first token may wait for another request and for the model to load; after that a silent server has died. */
const defaultLimits: StreamLimits = { firstMs: 90_000, idleMs: 20_000, totalMs: 120_000, chars: 200_000 };

/**
 * Makes an exchange with a server into a stream that keeps what `ProviderEvent` promises: whatever is thrown, or never comes,
 * is a `response-error`; nothing follows an end; leaving early ends the exchange. The clock stands still while the consumer is
 * busy, so that a slow reader is not taken for a slow server.
 */
export async function* guardedStream(
	exchange: (signal: AbortSignal) => AsyncIterable<ProviderEvent>,
	signal: AbortSignal,
	limits: Partial<StreamLimits> = {}
): AsyncGenerator<ProviderEvent> {
	const { firstMs, idleMs, totalMs, chars } = { ...defaultLimits, ...limits };
	const ending = new AbortController();
	const state: { late?: string } = {};
	const both = AbortSignal.any([signal, ending.signal]);
	const iterator = exchange(both)[Symbol.asyncIterator]();
	let spentMs = 0;
	let received = 0;
	let isFirst = true;
	let wrote = false;

	/** The next event, or a failure where it does not come in time, even if the exchange were deaf to its signal. */
	async function next(): Promise<IteratorResult<ProviderEvent> | Failure> {
		const limitMs = Math.min(isFirst ? firstMs : idleMs, totalMs - spentMs);
		const startedAt = performance.now();
		let timer: NodeJS.Timeout | undefined;
		let onAbort: (() => void) | undefined;
		const over = new Promise<Failure>((resolve) => {
			timer = setTimeout(
				() => {
					state.late = `Nothing came for ${Math.round(limitMs)} ms.`;
					ending.abort();
					resolve(failure('timed-out', state.late));
				},
				Math.max(limitMs, 0)
			);
			onAbort = () => resolve(failure('stopped', 'Stopped.'));
			if (signal.aborted) onAbort();
			else signal.addEventListener('abort', onAbort, { once: true });
		});
		try {
			return await Promise.race([iterator.next(), over]);
		} catch (error) {
			if (signal.aborted) return failure('stopped', 'Stopped.');
			return state.late === undefined ? failureOf(error) : failure('timed-out', state.late);
		} finally {
			clearTimeout(timer);
			if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
			spentMs += performance.now() - startedAt;
		}
	}

	try {
		for (;;) {
			const result = await next();
			if ('kind' in result) {
				yield { type: 'response-error', ...result };
				return;
			}
			if (result.done === true) {
				const detail = 'The server closed the stream without saying that it had finished.';
				yield { type: 'response-error', ...failure('cut-off', detail) };
				return;
			}
			const event = result.value;
			if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
				isFirst = false;
				received += event.text.length;
				if (received > chars) {
					yield { type: 'response-error', ...failure('malformed', `More than ${chars} characters came.`) };
					return;
				}
				if (event.text === '') continue;
				wrote ||= event.type === 'text-delta';
			}
			if (event.type === 'response-end' && !wrote) {
				// LM Studio does this to a prompt that does not fit; Ollama to a request that only loads a model.
				yield { type: 'response-error', ...failure('malformed', 'The server finished without a word.') };
				return;
			}
			yield event;
			if (event.type === 'response-end' || event.type === 'response-error') return;
		}
	} finally {
		ending.abort();
		// Not waited for: it may hang where the server does. What it throws after the end concerns nobody.
		void Promise.resolve(iterator.return?.()).catch(() => undefined);
	}
}
