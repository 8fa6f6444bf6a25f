import type { TryAnswer, TryItem } from '$lib/ui/try-answer';

/** What is further back is out of sight, and soon out of mind. */
const mostKept = 20;

type Asked = { id: number; call: string; code: string; answer: TryAnswer };

/** The calls that a learner tries of one cell's functions. The bench answers, so the learner's own session stays as it is. */
export class TryCall {
	#asked = $state.raw<readonly Asked[]>([]);
	#next = 0;
	/** Settles with the answer to what was asked last. */
	#last: Promise<void> = Promise.resolve();

	/** In the order in which they were asked, as seen from the code that the cell has now. */
	items(code: string): TryItem[] {
		return this.#asked.map(({ id, call, answer, code: then }) => ({
			id,
			call,
			answer,
			earlier: then !== code
		}));
	}

	/** `code`: what the cell has now. Calls are answered one after the other. */
	ask(call: string, code: string, answer: () => Promise<TryAnswer>): Promise<void> {
		const id = this.#next++;
		const waits = this.#asked.some(({ answer }) => answer.kind === 'asking');
		const asked: Asked = { id, call, code, answer: { kind: waits ? 'waiting' : 'asking' } };
		this.#asked = [...this.#asked, asked].slice(-mostKept);
		const next = async (): Promise<void> => {
			this.#tell(id, { kind: 'asking' });
			this.#tell(id, await answer());
		};
		// One that fails must not silence those that wait.
		const own = this.#last.then(next, next);
		this.#last = own;
		return own;
	}

	#tell(id: number, answer: TryAnswer): void {
		this.#asked = this.#asked.map((one) => (one.id === id ? { ...one, answer } : one));
	}
}
