import type { RunnerClient } from '$lib/runner/page/client';
import type { TryAnswer, TryItem } from '$lib/ui/try-answer';
import type { About, AnswerTo } from './try-call';

/** What is further back is out of sight, and soon out of mind. */
const mostKept = 20;

type Asked = { id: number; call: string; code: string; answer: TryAnswer };

/** The calls that a learner tries of one cell's functions. The bench answers, so the learner's own session stays as it is. */
export class TryCall {
	#asked = $state.raw<readonly Asked[]>([]);
	#next = 0;

	get isAsking(): boolean {
		return this.#asked.some(({ answer }) => answer.kind === 'asking');
	}

	/** In the order in which they were asked, as seen from the code that the cell has now. */
	items(code: string): TryItem[] {
		return this.#asked.map(({ id, call, answer, code: then }) => ({
			id,
			call,
			answer,
			earlier: then !== code
		}));
	}

	/** `answerTo` comes from who shows calls: a page begins without the grammar that it knows. */
	async ask(call: string, about: About, bench: RunnerClient, answerTo: AnswerTo): Promise<void> {
		if (this.isAsking) return;
		const id = this.#next++;
		this.#asked = [...this.#asked, { id, call, code: about.code, answer: { kind: 'asking' as const } }].slice(
			-mostKept
		);
		const answer = await answerTo(call, about, bench);
		this.#asked = this.#asked.map((one) => (one.id === id ? { ...one, answer } : one));
	}
}
