import * as v from 'valibot';
import { newRunId, type CellId, type RunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import {
	jsonOf,
	KernelEnd,
	maxOutputChars,
	newCallId,
	readDisplay,
	readReply,
	type CallMethod,
	type CallResult,
	type RunEnd,
	type Wear
} from '../protocol';
import type { OfJob, RunnerProcess } from './process';

export type RunRequest = {
	id?: RunId;
	cellId: CellId;
	code: string;
	/** The lines that `input()` gets, one after the other. */
	stdin?: readonly string[];
	/** After this long the run is ended with its process. */
	limitMs?: number;
};

/** How a run ended. `needsInput`: it asked for more lines than `stdin` has, and was stopped there. */
export type NodeRunEnd = RunEnd & {
	/** How many names the group's cells have bound by now. */
	variables: number;
	needsInput?: { prompt: string; secret: boolean };
};

export type GroupListener = {
	/** Every variable is gone; the next job gets a new process. */
	restarted?(why: 'stopped' | 'crashed' | 'memory' | 'worn'): void;
};

const defaultLimitMs = 10_000;

type Why = 'interrupted' | 'timed-out' | 'crashed';
type Job = {
	id: string;
	limitMs: number;
	started(process: RunnerProcess): void;
	/** Returns how used up the process is when the job is done, or undefined when there is more to come. */
	hear(message: OfJob, process: RunnerProcess): Wear | undefined;
	lose(why: Why, message: string, durationMs: number): void;
};

/** What a group needs of its pool. */
export type Source = {
	/** Asks for a process of one's own. `take` or `fail` is called once, unless the returned function was called before. */
	acquire(take: (process: RunnerProcess, hear: Hear) => void, fail: (message: string) => void): () => void;
	/** Gives it back to be killed: no process is ever used for two groups. */
	discard(process: RunnerProcess): void;
	/** Nothing more will be asked. */
	closed(): void;
};
export type Hear = (on: { message(message: OfJob): void; ended(message: string): void }) => void;

/**
 * The jobs of one user, one submission, one lesson: they share variables, and nothing with any other group. One at a time, in order,
 * in one process. Every promise settles; a process that is lost takes its variables with it, and the next job gets a new one.
 */
export class JobGroup {
	readonly #source: Source;
	readonly #on: GroupListener;
	#queue: Job[] = [];
	#current: { job: Job; timer: ReturnType<typeof setTimeout>; startedAt: number } | undefined;
	#process: RunnerProcess | undefined;
	#withdraw: (() => void) | undefined;
	#isClosed = false;
	readonly #closed = new AbortController();

	/** Made by a pool. */
	constructor(source: Source, signal: AbortSignal, on: GroupListener) {
		this.#source = source;
		this.#on = on;
		if (signal.aborted) this.#isClosed = true;
		else signal.addEventListener('abort', () => this.close(), { once: true, signal: this.#closed.signal });
	}

	/** Runs a cell. Resolves always: a time-out or a crash is an outcome, not an error. */
	run(
		request: RunRequest,
		on: { output?: (part: OutputPart) => void },
		signal: AbortSignal
	): Promise<NodeRunEnd> {
		return new Promise((resolve) => {
			const listening = new AbortController();
			const settle = (end: NodeRunEnd): void => {
				listening.abort();
				resolve(end);
			};
			this.#submit(runJob(request, on.output ?? (() => undefined), settle), signal, listening.signal);
		});
	}

	/** Calls a method of the kernel; parameters and result are plain JSON values, the result for the caller to parse. */
	call(method: CallMethod, params: object, timeoutMs: number, signal: AbortSignal): Promise<CallResult> {
		return new Promise((resolve) => {
			const listening = new AbortController();
			const settle = (result: CallResult): void => {
				listening.abort();
				resolve(result);
			};
			this.#submit(callJob(method, params, timeoutMs, settle), signal, listening.signal);
		});
	}

	/** Puts files into the folder where cells run, before the next job. */
	#files: { name: string; base64: string }[] = [];
	addFiles(files: readonly { name: string; bytes: Uint8Array }[]): void {
		const added = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
		this.#files.push(...added);
		this.#process?.send({ type: 'data', files: added });
	}

	/** Kills its process; what runs or waits ends as interrupted. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#closed.abort();
		this.#source.closed();
		this.#withdraw?.();
		this.#withdraw = undefined;
		const waiting = this.#queue;
		this.#queue = [];
		this.#lose('interrupted', '');
		for (const job of waiting) job.lose('interrupted', '', 0);
	}

	/** `settled` is aborted when the job has its result: `signal` may outlive very many jobs. */
	#submit(job: Job, signal: AbortSignal, settled: AbortSignal): void {
		if (signal.aborted || this.#isClosed) return job.lose('interrupted', '', 0);
		signal.addEventListener('abort', () => this.#abort(job), { once: true, signal: settled });
		this.#queue.push(job);
		this.#next();
	}

	#abort(job: Job): void {
		if (this.#current?.job === job) {
			this.#lose('interrupted', '');
			this.#on.restarted?.('stopped');
			return this.#next();
		}
		if (!this.#queue.includes(job)) return;
		this.#queue = this.#queue.filter((waiting) => waiting !== job);
		job.lose('interrupted', '', 0);
	}

	#next(): void {
		if (this.#isClosed || this.#current !== undefined || this.#queue.length === 0) return;
		const process = this.#process;
		if (process === undefined) return this.#ask();
		const job = this.#queue.shift();
		if (job === undefined) return;
		const timer = setTimeout(() => {
			this.#lose('timed-out', '');
			this.#on.restarted?.('stopped');
			this.#next();
		}, job.limitMs);
		this.#current = { job, timer, startedAt: performance.now() };
		process.beginJob();
		job.started(process);
	}

	#ask(): void {
		this.#withdraw ??= this.#source.acquire(
			(process, hear) => {
				this.#withdraw = undefined;
				this.#process = process;
				hear({
					message: (message) => this.#hear(process, message),
					ended: (message) => {
						if (this.#process !== process) return;
						this.#lose('crashed', message);
						this.#on.restarted?.('crashed');
						this.#next();
					}
				});
				if (this.#files.length > 0) process.send({ type: 'data', files: this.#files });
				this.#next();
			},
			(message) => {
				this.#withdraw = undefined;
				const waiting = this.#queue;
				this.#queue = [];
				for (const job of waiting) job.lose('crashed', message, 0);
			}
		);
	}

	#hear(process: RunnerProcess, message: OfJob): void {
		const current = this.#current;
		// What belongs to no job is late, or made up.
		if (this.#process !== process || current?.job.id !== message.id) return;
		const wear = current.job.hear(message, process);
		if (wear === undefined) return;
		clearTimeout(current.timer);
		this.#current = undefined;
		if (wear === 'memory' || wear === 'spent') {
			this.#giveUp();
			this.#on.restarted?.(wear === 'memory' ? 'memory' : 'worn');
		}
		this.#next();
	}

	/** Ends the process with the job that it does, if there is one. */
	#lose(why: Why, message: string): void {
		const current = this.#current;
		this.#current = undefined;
		this.#giveUp();
		if (current === undefined) return;
		clearTimeout(current.timer);
		current.job.lose(why, message, performance.now() - current.startedAt);
	}

	#giveUp(): void {
		const process = this.#process;
		this.#process = undefined;
		if (process !== undefined) this.#source.discard(process);
	}
}

const statusOf = { interrupted: 'interrupted', 'timed-out': 'timeout', crashed: 'crashed' } as const;

function runJob(
	request: RunRequest,
	output: (part: OutputPart) => void,
	settle: (end: NodeRunEnd) => void
): Job {
	const id = request.id ?? newRunId();
	let shown = 0;
	let dropped = 0;
	let asked: { prompt: string; secret: boolean } | undefined;
	/** The child keeps to this by itself; one that was broken into would not. */
	const show = (part: OutputPart | undefined, size: number): void => {
		// A stopped run says no more.
		if (asked !== undefined) return;
		if (part === undefined || shown + size > maxOutputChars) dropped += size;
		else output(part);
		shown += size;
	};
	return {
		id,
		limitMs: request.limitMs ?? defaultLimitMs,
		started(process) {
			const { cellId, code, stdin = [] } = request;
			process.send({ type: 'run', id, cellId, code, answers: [...stdin], replay: false });
		},
		hear(message, process) {
			switch (message.type) {
				case 'output':
					for (const part of message.parts) show(part, part.text.length);
					return undefined;
				case 'display':
					show(readDisplay(message.bundle), message.bundle.length);
					return undefined;
				case 'input-wanted':
					asked ??= { prompt: message.prompt, secret: message.secret };
					process.send({ type: 'cancel', id });
					return undefined;
				case 'run-end': {
					if (message.last !== undefined) show(readDisplay(message.last), message.last.length);
					const { end, wear } = readEnd(message.end, message.truncated + dropped, message.wear, asked);
					settle(end);
					return wear;
				}
				default:
					return undefined;
			}
		},
		lose: (why, _message, durationMs) =>
			settle({ status: statusOf[why], durationMs, truncated: dropped, variables: 0 })
	};
}

function readEnd(
	json: string,
	truncated: number,
	wear: Wear,
	asked: NodeRunEnd['needsInput']
): { end: NodeRunEnd; wear: Wear } {
	const kernel = v.safeParse(KernelEnd, jsonOf(json));
	if (!kernel.success) {
		return { end: { status: 'crashed', durationMs: 0, truncated, variables: 0 }, wear: 'spent' };
	}
	const { memory, needsInput = asked, error, ...rest } = kernel.output;
	const isUnanswered = needsInput !== undefined && rest.status !== 'error';
	return {
		end: {
			...rest,
			truncated,
			...(error === undefined ? {} : { error }),
			...(isUnanswered ? { status: 'interrupted', needsInput } : {})
		},
		wear: memory ? 'memory' : wear
	};
}

function callJob(
	method: CallMethod,
	params: object,
	timeoutMs: number,
	settle: (result: CallResult) => void
): Job {
	const id = newCallId();
	return {
		id,
		limitMs: timeoutMs,
		started: (process) => process.send({ type: 'call', id, method, params: JSON.stringify(params) }),
		hear(message) {
			if (message.type !== 'reply') return undefined;
			settle(readReply(message.result));
			return message.wear;
		},
		lose: (why, message) => settle({ ok: false, why, message })
	};
}
