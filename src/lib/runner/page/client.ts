import type { OutputPart } from '$lib/domain/run';
import type { RunId } from '$lib/domain/ids';
import { newCallId, type CallMethod, type CallResult, type RunEnd } from '../protocol';
import { idOf, settleLost, type Interpreter, type Job, type Question, type RunRequest } from './interpreter';

export type { CallResult } from '../protocol';
export type { Question, RunnerState, RunRequest } from './interpreter';

/**
 * A place where jobs wait for an interpreter: the desk or the bench. One at a time, in order; which interpreter does them may
 * change between two jobs. Every promise settles, whatever becomes of the interpreter; jobs that wait while it is replaced run in
 * the next one.
 */
export class RunnerClient {
	readonly #wanted: () => void;
	#interpreter: Interpreter;
	#queue: Job[] = [];
	#current: Job | undefined;
	/** What stops a job; and what is aborted when it has settled, because the first may outlive very many jobs. */
	readonly #signals = new WeakMap<Job, { stop: AbortSignal; settled: AbortController }>();

	/** `wanted` hears that there is a job, before it is tried: whoever rests must be woken. */
	constructor(interpreter: Interpreter, wanted: () => void) {
		this.#interpreter = interpreter;
		this.#wanted = wanted;
	}

	get interpreter(): Interpreter {
		return this.#interpreter;
	}

	get isIdle(): boolean {
		return this.#current === undefined && this.#queue.length === 0;
	}

	/** Runs a cell when its turn comes. Resolves always: a crash or a stop is an outcome, not an error. */
	run(
		request: RunRequest,
		on: { started: () => void; output: (part: OutputPart) => void; ask?: (question: Question) => void },
		signal: AbortSignal
	): Promise<RunEnd> {
		return new Promise((resolve) => {
			const { started, output, ask = () => undefined } = on;
			const settle = (end: RunEnd): void => {
				this.#leave(job);
				resolve(end);
			};
			const job: Job = { kind: 'run', request, answers: [], startedAt: 0, started, output, ask, settle };
			this.#submit(job, signal);
		});
	}

	/** The line that a run asked for. */
	answer(id: RunId, text: string): void {
		this.#interpreter.answer(id, text);
	}

	/** Calls a method of the kernel; parameters and result are plain JSON values. */
	call(method: CallMethod, params: object, timeoutMs: number, signal: AbortSignal): Promise<CallResult> {
		return new Promise((resolve) => {
			const settle = (result: CallResult): void => {
				this.#leave(job);
				resolve(result);
			};
			const text = JSON.stringify(params);
			const job: Job = { kind: 'call', id: newCallId(), method, params: text, timeoutMs, settle };
			this.#submit(job, signal);
		});
	}

	/** Ends what runs here with its interpreter, and starts with an empty one. */
	restart(): void {
		this.#interpreter.restart();
	}

	/** Gives the next job to the interpreter, if both are there. */
	next(): void {
		const { state } = this.#interpreter;
		while (state.kind === 'failed') {
			const job = this.#queue.shift();
			if (job === undefined) return;
			settleLost(job, 'crashed', state.message);
		}
		if (this.#current !== undefined || !this.#interpreter.isFree) return;
		const job = this.#queue.shift();
		if (job === undefined) return;
		this.#current = job;
		this.#interpreter.start(job);
	}

	/** Lets another interpreter do the jobs. What the present one is doing is stopped there and done again by the other. */
	move(to: Interpreter): void {
		if (this.#current !== undefined) {
			const job = this.#interpreter.abandon();
			this.#current = undefined;
			// What is being stopped needs nobody who does it again.
			if (job !== undefined && this.#signals.get(job)?.stop.aborted === true) settleLost(job, 'stopped', '');
			else if (job !== undefined) this.#queue.unshift(job);
		}
		this.#interpreter = to;
	}

	/** What waits ends as interrupted. */
	close(): void {
		const waiting = this.#queue;
		this.#queue = [];
		for (const job of waiting) settleLost(job, 'stopped', '');
	}

	#submit(job: Job, signal: AbortSignal): void {
		if (signal.aborted) return settleLost(job, 'stopped', '');
		const settled = new AbortController();
		this.#signals.set(job, { stop: signal, settled });
		signal.addEventListener('abort', () => this.#abort(job), { once: true, signal: settled.signal });
		this.#queue.push(job);
		this.#wanted();
		this.next();
	}

	#leave(job: Job): void {
		this.#signals.get(job)?.settled.abort();
		if (this.#current === job) this.#current = undefined;
	}

	#abort(job: Job): void {
		if (job === this.#current) return this.#interpreter.interrupt(idOf(job));
		if (!this.#queue.includes(job)) return;
		this.#queue = this.#queue.filter((waiting) => waiting !== job);
		settleLost(job, 'stopped', '');
	}
}
