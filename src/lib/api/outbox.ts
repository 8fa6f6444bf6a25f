import type { ApiRequest, ApiResult } from './request';

export type OutboxState = 'empty' | 'sending' | 'waiting';

/** A request that waits for its answer, as it is kept for the next visit. */
export type Letter = {
	request: ApiRequest;
	/** Letters of one chain rest on each other: when one is refused, those after it are not sent. */
	chain: string;
};

/** Where letters are kept until they are answered. */
export type LetterStore = { keep(letters: readonly Letter[]): void };

type Tools = {
	/** Sends one request of the kind that is kept. */
	send(request: ApiRequest): Promise<ApiResult<unknown>>;
	/** Resolves after the time, or sooner when there is reason to try again. */
	wait(ms: number): Promise<void>;
	store: LetterStore;
	onstate(state: OutboxState): void;
};

/** Milliseconds between tries while the server does not answer; the last one repeats. */
const delays = [500, 1_000, 2_000, 5_000, 10_000, 30_000];

type Entry = {
	attempt: () => Promise<ApiResult<unknown>>;
	letter: Letter | undefined;
	settle: (result: ApiResult<unknown>) => void;
	answer: Promise<ApiResult<unknown>>;
};

/**
 * Sends requests one after the other, in order, and holds on to each until the server has answered: while it does not, the
 * queue waits and tries again. Letters are kept in the browser meanwhile, so that a closed tab loses nothing either. An answer,
 * good or bad, ends an entry. Every request that goes through here must be safe to send twice.
 */
export class Outbox {
	readonly #tools: Tools;
	readonly #refused = new Map<string, ApiResult<unknown>>();
	#queue: Entry[] = [];
	#working = false;

	constructor(tools: Tools) {
		this.#tools = tools;
	}

	/** Queues work that is remade at each try, and that is kept somewhere else: a draft takes its text when its turn comes. */
	add(attempt: () => Promise<ApiResult<unknown>>): Promise<ApiResult<unknown>> {
		return this.#queueUp(attempt, undefined);
	}

	/**
	 * Queues a letter. `merge` may put it into the last letter that waits, where that one has not been sent yet: it gets the
	 * waiting request, and answers with the request that says both, or undefined.
	 */
	post(letter: Letter, merge?: (waiting: ApiRequest) => ApiRequest | undefined): Promise<ApiResult<unknown>> {
		const refused = this.#refused.get(letter.chain);
		if (refused !== undefined) return Promise.resolve(refused);
		// The first entry may be under way.
		const last = this.#queue.slice(1).findLast((entry) => entry.letter?.chain === letter.chain);
		const merged = last?.letter === undefined ? undefined : merge?.(last.letter.request);
		if (last?.letter !== undefined && merged !== undefined) {
			last.letter.request = merged;
			this.#keep();
			return last.answer;
		}
		const own = { ...letter };
		return this.#queueUp(() => this.#tools.send(own.request), own);
	}

	#queueUp(
		attempt: () => Promise<ApiResult<unknown>>,
		letter: Letter | undefined
	): Promise<ApiResult<unknown>> {
		let settle: (result: ApiResult<unknown>) => void = () => undefined;
		const answer = new Promise<ApiResult<unknown>>((resolve) => (settle = resolve));
		this.#queue.push({ attempt, letter, settle, answer });
		if (letter !== undefined) this.#keep();
		void this.#work();
		return answer;
	}

	async #work(): Promise<void> {
		if (this.#working) return;
		this.#working = true;
		for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
			this.#tools.onstate('sending');
			const result = await this.#persist(entry);
			this.#queue.shift();
			entry.settle(result);
			if (entry.letter !== undefined) {
				if (!result.ok) this.#break(entry.letter.chain, result);
				this.#keep();
			}
		}
		this.#working = false;
		this.#tools.onstate('empty');
	}

	async #persist(entry: Entry): Promise<ApiResult<unknown>> {
		for (let tries = 0; ; tries++) {
			const result = await entry.attempt();
			if (result.ok || (result.failure.code !== 'offline' && result.failure.code !== 'unavailable'))
				return result;
			this.#tools.onstate('waiting');
			await this.#tools.wait(delays[Math.min(tries, delays.length - 1)] ?? 30_000);
		}
	}

	#break(chain: string, refusal: ApiResult<unknown>): void {
		this.#refused.set(chain, refusal);
		const broken = this.#queue.filter((entry) => entry.letter?.chain === chain);
		this.#queue = this.#queue.filter((entry) => entry.letter?.chain !== chain);
		for (const entry of broken) entry.settle(refusal);
	}

	#keep(): void {
		this.#tools.store.keep(this.#queue.flatMap(({ letter }) => (letter === undefined ? [] : [letter])));
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
