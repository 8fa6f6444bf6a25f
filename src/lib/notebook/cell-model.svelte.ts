import { transitionCell, type CellEvent, type CellRuntime, type Question } from '$lib/domain/cell';
import { newRunId, type CellId } from '$lib/domain/ids';
import type { CellSpec } from '$lib/domain/lesson';
import { didItsWork } from '$lib/domain/progress';
import type { OutputPart, RunNames, RunResult } from '$lib/domain/run';
import type { Draft } from '$lib/domain/draft';
import type { RunnerClient } from '$lib/runner/page/client';

/** Output is shown some twenty times a second, less often where showing it takes the browser longer than that. */
const showEveryMs = 50;

export type CellState =
	| 'idle'
	| 'waiting'
	| 'running'
	| 'asking'
	| 'stopping'
	| 'done'
	| 'failed'
	| 'stopped'
	| 'timeout'
	| 'crashed';

/** One cell of the open lesson: its code, what it is doing, and what its last run gave. */
export class CellModel {
	#spec = $state.raw<CellSpec>() as CellSpec;
	#number = $state(0);
	code = $state('');
	/** Whether Python knows what the last run made: not that of an earlier visit, nor what went with its interpreter. */
	memory = $state<'earlier' | 'here' | 'gone'>('earlier');
	/** Lines that the explanation points at. */
	lit = $state<{ from: number; to: number } | undefined>();
	/** Whole seconds that the present run has taken, as they are shown. */
	seconds = $state(0);
	#runtime = $state.raw<CellRuntime>({ kind: 'idle' });
	#stop: AbortController | undefined;
	#desk: RunnerClient | undefined;

	constructor(spec: CellSpec, number: number, draft: Draft | undefined) {
		this.#spec = spec;
		this.#number = number;
		this.code = draft?.code ?? spec.starter;
		this.#runtime = lastRuntime(draft);
	}

	get spec(): CellSpec {
		return this.#spec;
	}

	/** Its place among the cells that are shown, from 1. */
	get number(): number {
		return this.#number;
	}

	get id(): CellId {
		return this.spec.id;
	}

	/** Whether the last run did what the cell is there for: it ended well, or raised what its author means it to raise. */
	readonly isDone: boolean = $derived.by(() => {
		if (this.#runtime.kind !== 'finished') return false;
		const { status, error } = this.#runtime.result;
		return didItsWork(this.spec, { status, errorType: error?.type });
	});

	/** What the program waits to be told. */
	readonly asking: Question | undefined = $derived(
		this.#runtime.kind === 'running' ? this.#runtime.asking : undefined
	);

	/** Python has it, or had it when it ended: it is no longer in the queue. */
	get isRunning(): boolean {
		return this.#runtime.kind === 'running';
	}

	get isBusy(): boolean {
		return this.#runtime.kind === 'queued' || this.#runtime.kind === 'running';
	}

	get lastRun(): { code: string; result: RunResult } | undefined {
		return this.#runtime.kind === 'finished'
			? { code: this.#runtime.code, result: this.#runtime.result }
			: undefined;
	}

	/** The line at which the last run failed, its error in short, and the code that it ran: other code has its lines elsewhere. */
	readonly failure = $derived.by(() => {
		if (this.#runtime.kind !== 'finished') return undefined;
		const { code, result } = this.#runtime;
		if (result.error?.line === undefined) return undefined;
		return { line: result.error.line, message: `${result.error.type}: ${result.error.message}`, code };
	});

	/** What is shown under the cell: the output so far, or the last run's. */
	readonly outputs = $derived.by(() => {
		if (this.#runtime.kind === 'running') return this.#runtime.outputs;
		return this.#runtime.kind === 'finished' ? this.#runtime.result.outputs : [];
	});

	readonly isStale = $derived(this.#runtime.kind === 'finished' && this.#runtime.code !== this.code);

	readonly state: CellState = $derived.by(() => {
		switch (this.#runtime.kind) {
			case 'idle':
				return 'idle';
			case 'queued':
				return 'waiting';
			case 'running':
				if (this.#runtime.stopping) return 'stopping';
				return this.#runtime.asking === undefined ? 'running' : 'asking';
			case 'finished':
				return stateOf[this.#runtime.result.status];
		}
	});

	/**
	 * Runs the cell as it is now; `began` hears that Python has it. A cell that runs or waits is left alone. Resolves when the run
	 * has ended, however, with what it took from other cells and gave them.
	 */
	async run(desk: RunnerClient, began: () => void): Promise<RunNames | undefined> {
		if (this.isBusy) return undefined;
		const runId = newRunId();
		const code = this.code;
		const stop = new AbortController();
		this.#stop = stop;
		this.#desk = desk;
		this.#apply({ type: 'queued', runId, code });
		// Written to by the call-back below, which the compiler does not follow.
		const run = { began: false };
		const { limitMs } = this.spec;
		const limit = limitMs === undefined ? {} : { limitMs };
		let pause = showEveryMs;
		let waiting: OutputPart[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		let clock: ReturnType<typeof setInterval> | undefined;
		const show = (): void => {
			clearTimeout(timer);
			timer = undefined;
			const parts = waiting;
			waiting = [];
			if (parts.length === 0) return;
			const from = performance.now();
			this.#apply({ type: 'output', runId, parts });
			// After the next paint: Stop must be heard between two of them, however long a flood takes to lay out.
			requestAnimationFrame(() =>
				setTimeout(() => (pause = Math.max(showEveryMs, 2 * (performance.now() - from))))
			);
		};
		const { names, ...end } = await desk.run(
			{ id: runId, cellId: this.id, code, ...limit },
			{
				started: () => {
					// The same run begins again where the interpreter that had begun it moved away.
					clearInterval(clock);
					run.began = true;
					began();
					this.#apply({ type: 'started', runId });
					this.seconds = 0;
					clock = setInterval(() => (this.seconds += 1), 1_000);
				},
				output: (part) => {
					waiting.push(part);
					timer ??= setTimeout(show, pause);
				},
				ask: (question) => {
					// What was printed before the question is read before it.
					show();
					this.#apply({ type: 'asked', runId, question });
				}
			},
			stop.signal
		);
		clearInterval(clock);
		show();
		this.#apply(run.began ? { type: 'ended', runId, end } : { type: 'withdrawn', runId });
		return names;
	}

	/** The line that the program waits for. */
	answer(text: string): void {
		if (this.#runtime.kind !== 'running' || this.#runtime.asking === undefined) return;
		const { runId } = this.#runtime;
		this.#apply({ type: 'answered', runId, text });
		this.#desk?.answer(runId, text);
	}

	stop(): void {
		if (this.#runtime.kind !== 'queued' && this.#runtime.kind !== 'running') return;
		this.#apply({ type: 'stop-asked', runId: this.#runtime.runId });
		this.#stop?.abort();
	}

	/** Takes over work from elsewhere: another tab's, or the lesson's own start. */
	replace(draft: Draft): void {
		this.code = draft.code;
		if (this.isBusy) return;
		this.#runtime = lastRuntime(draft);
		this.memory = 'earlier';
	}

	/** The lesson has changed. Text that nobody has touched goes with it; the answer says whether it did. */
	follow(spec: CellSpec, number: number): boolean {
		const isUntouched = this.code === this.#spec.starter;
		this.#spec = spec;
		this.#number = number;
		if (!isUntouched || this.code === spec.starter) return false;
		this.code = spec.starter;
		// Nobody sees that the setup of an exercise is another one; it runs again before the exercise does.
		if (spec.role === 'setup') this.memory = 'earlier';
		return true;
	}

	#apply(event: CellEvent): void {
		this.#runtime = transitionCell(this.#runtime, event);
	}
}

/** A draft's last run as a cell shows it. */
const lastRuntime = (draft: Draft | undefined): CellRuntime =>
	draft?.lastRun === undefined ? { kind: 'idle' } : { kind: 'finished', ...draft.lastRun };

const stateOf: Record<RunResult['status'], CellState> = {
	ok: 'done',
	error: 'failed',
	interrupted: 'stopped',
	timeout: 'timeout',
	crashed: 'crashed'
};
