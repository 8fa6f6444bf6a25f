import type { SubmissionContext } from '$lib/domain/submission';
import type { RunnerClient } from '$lib/runner/page/client';
import type { TryAnswer, TryItem } from '$lib/ui/try-answer';
import { answerOf, refusalOf } from './try-call';

/** The kernel ends a call after a second; past this the interpreter itself is stuck. */
const tryTimeoutMs = 5_000;
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

	async ask(
		call: string,
		about: { code: string; context: SubmissionContext; stdin: string[] },
		bench: RunnerClient
	): Promise<void> {
		if (this.isAsking) return;
		const id = this.#next++;
		const refusal = refusalOf(call);
		const asked = { id, call, code: about.code, answer: refusal ?? { kind: 'asking' as const } };
		this.#asked = [...this.#asked, asked].slice(-mostKept);
		if (refusal !== undefined) return;
		const stop = new AbortController();
		const answer = answerOf(await bench.call('facts', { ...about, call }, tryTimeoutMs, stop.signal));
		this.#asked = this.#asked.map((one) => (one.id === id ? { ...one, answer } : one));
	}
}
