import type { ApiResult } from './request';

export type OutboxState = 'empty' | 'sending' | 'waiting';

/** Milliseconds between tries while the server does not answer; the last one repeats. */
const delays = [500, 1_000, 2_000, 5_000, 10_000, 30_000];

type Entry = { attempt: () => Promise<ApiResult<unknown>>; settle: (result: ApiResult<unknown>) => void };

/**
 * Sends requests one after the other, in order, and holds on to each until the server has answered: while it does not, the
 * queue waits and tries again, so that a learner loses nothing to a dropped network. An answer, good or bad, ends an entry.
 * Every request that goes through here must be safe to send twice.
 */
export class Outbox {
	readonly #onstate: (state: OutboxState) => void;
	readonly #wait: (ms: number) => Promise<void>;
	#queue: Entry[] = [];
	#working = false;

	/** `wait` resolves after the time, or sooner when there is reason to try again. */
	constructor(onstate: (state: OutboxState) => void, wait: (ms: number) => Promise<void>) {
		this.#onstate = onstate;
		this.#wait = wait;
	}

	add<T>(attempt: () => Promise<ApiResult<T>>): Promise<ApiResult<T>> {
		return new Promise((resolve) => {
			let last: ApiResult<T> | undefined;
			this.#queue.push({
				attempt: async () => (last = await attempt()),
				settle: () => {
					if (last !== undefined) resolve(last);
				}
			});
			void this.#work();
		});
	}

	async #work(): Promise<void> {
		if (this.#working) return;
		this.#working = true;
		for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
			this.#onstate('sending');
			const result = await this.#persist(entry);
			this.#queue.shift();
			entry.settle(result);
		}
		this.#working = false;
		this.#onstate('empty');
	}

	async #persist(entry: Entry): Promise<ApiResult<unknown>> {
		for (let tries = 0; ; tries++) {
			const result = await entry.attempt();
			if (result.ok || (result.failure.code !== 'offline' && result.failure.code !== 'unavailable'))
				return result;
			this.#onstate('waiting');
			await this.#wait(delays[Math.min(tries, delays.length - 1)] ?? 30_000);
		}
	}
}

/** Waits, but tries again at once when the browser says that the network is back. */
export function waitOrOnline(ms: number): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			removeEventListener('online', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		addEventListener('online', done);
	});
}
