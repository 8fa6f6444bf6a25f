import type { SubmissionContext } from '$lib/domain/submission';
import type { RunnerClient } from '$lib/runner/page/client';
import type { TryAnswer, TryItem } from '$lib/ui/try-answer';

/** The kernel ends a call after a second; past this the interpreter itself is stuck. */
const tryTimeoutMs = 5_000;
/** What is further back is out of sight, and soon out of mind. */
const mostKept = 20;

/** The code that a call is of, and what ran before it. */
type About = { code: string; context: SubmissionContext; stdin: string[] };
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

	async ask(call: string, about: About, bench: RunnerClient): Promise<void> {
		if (this.isAsking) return;
		const id = this.#next++;
		this.#asked = [...this.#asked, { id, call, code: about.code, answer: { kind: 'asking' as const } }].slice(
			-mostKept
		);
		const answer = await answerTo(call, about, bench).catch(() => ({ kind: 'unavailable' as const }));
		this.#asked = this.#asked.map((one) => (one.id === id ? { ...one, answer } : one));
	}
}

/** The grammar of calls is fetched when somebody tries one. */
async function answerTo(call: string, about: About, bench: RunnerClient): Promise<TryAnswer> {
	const { answerOf, refusalOf } = await import('./try-call');
	const refusal = refusalOf(call);
	if (refusal !== undefined) return refusal;
	const stop = new AbortController();
	return answerOf(await bench.call('facts', { ...about, call }, tryTimeoutMs, stop.signal));
}
