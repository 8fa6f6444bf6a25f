import { transitionCell, type CellEvent, type CellRuntime } from '$lib/domain/cell';
import { newRunId, type CellId } from '$lib/domain/ids';
import type { CellSpec } from '$lib/domain/lesson';
import type { OutputPart, RunResult } from '$lib/domain/run';
import type { Draft } from '$lib/domain/draft';
import type { RunnerClient } from '$lib/runner/page/client';

const showEveryMs = 50;

export type CellState =
	'idle' | 'waiting' | 'running' | 'stopping' | 'done' | 'failed' | 'stopped' | 'timeout' | 'crashed';

/** One cell of the open lesson: its code, what it is doing, and what its last run gave. */
export class CellModel {
	readonly spec: CellSpec;
	readonly number: number;
	code = $state('');
	/** Whether the last run was in this visit: Python does not know the variables of an earlier one. */
	ranHere = $state(false);
	/** Lines that the explanation points at. */
	lit = $state<{ from: number; to: number } | undefined>();
	#runtime = $state.raw<CellRuntime>({ kind: 'idle' });
	#stop: AbortController | undefined;

	constructor(spec: CellSpec, number: number, draft: Draft | undefined) {
		this.spec = spec;
		this.number = number;
		this.code = draft?.code ?? spec.starter;
		this.#runtime = lastRuntime(draft);
	}

	get id(): CellId {
		return this.spec.id;
	}

	get isBusy(): boolean {
		return this.#runtime.kind === 'queued' || this.#runtime.kind === 'running';
	}

	get lastRun(): { code: string; result: RunResult } | undefined {
		return this.#runtime.kind === 'finished'
			? { code: this.#runtime.code, result: this.#runtime.result }
			: undefined;
	}

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
				return this.#runtime.stopping ? 'stopping' : 'running';
			case 'finished':
				return stateOf[this.#runtime.result.status];
		}
	});

	/** Runs the cell as it is now. A cell that runs or waits is left alone. Resolves when the run has ended, however. */
	async run(desk: RunnerClient): Promise<void> {
		if (this.isBusy) return;
		const runId = newRunId();
		const code = this.code;
		const stop = new AbortController();
		this.#stop = stop;
		this.#apply({ type: 'queued', runId, code });
		// Written to by the call-back below, which the compiler does not follow.
		const run = { began: false };
		// Output is shown some twenty times a second, however often it comes.
		let waiting: OutputPart[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		const show = (): void => {
			clearTimeout(timer);
			timer = undefined;
			const parts = waiting;
			waiting = [];
			if (parts.length > 0) this.#apply({ type: 'output', runId, parts });
		};
		const end = await desk.run(
			{ id: runId, cellId: this.id, code },
			{
				started: () => {
					run.began = true;
					this.#apply({ type: 'started', runId });
				},
				output: (part) => {
					waiting.push(part);
					timer ??= setTimeout(show, showEveryMs);
				}
			},
			stop.signal
		);
		show();
		if (!run.began) return this.#apply({ type: 'withdrawn', runId });
		this.ranHere = true;
		this.#apply({ type: 'ended', runId, end });
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
		this.ranHere = false;
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
