import * as v from 'valibot';
import { assertNever } from '$lib/domain/assert-never';
import type { CellId, RunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import {
	FromFrame,
	newCallId,
	type CallFailure,
	type CallId,
	type CallMethod,
	type RunEnd,
	type RunnerAssets,
	type ToFrame
} from '../protocol';

/**
 * Where an interpreter stands. `starting` covers a replacement too: the reason comes with the `restarted` call-back, once.
 */
export type RunnerState =
	| { kind: 'starting' }
	| { kind: 'ready'; python: string; interruptible: boolean }
	| { kind: 'failed'; message: string };

export type RunRequest = { id: RunId; cellId: CellId; code: string };

export type CallResult = { ok: true; value: unknown } | { ok: false; why: CallFailure; message: string };

export type RunnerListener = {
	state(state: RunnerState): void;
	/** Every variable is gone. */
	restarted(why: 'stopped' | 'crashed'): void;
};

/**
 * An interpreter that is not there by then counts as one that cannot start, and what waits for it is told so. Should it come all
 * the same, it is welcome. Long, because a slow machine on a slow line takes its time.
 */
const bootDeadlineMs = 90_000;

type Job =
	| {
			kind: 'run';
			request: RunRequest;
			started(): void;
			output(part: OutputPart): void;
			settle(end: RunEnd): void;
	  }
	| {
			kind: 'call';
			id: CallId;
			method: CallMethod;
			params: string;
			timeoutMs: number;
			settle(result: CallResult): void;
	  };

/** The way to a frame and back. The DOM is on the other side of it, so that the client can be tested without one. */
export type FramePort = {
	post(message: ToFrame, transfer: ArrayBuffer[]): void;
	/** `hear` gets whatever the frame posts, unchecked. */
	listen(hear: (message: unknown) => void): void;
	close(): void;
};

/**
 * The page's end of one interpreter: a frame, a queue, one job at a time. Every promise settles, whatever becomes of
 * the interpreter; jobs that wait while it is replaced run in the new one.
 */
export class RunnerClient {
	readonly #port: FramePort;
	readonly #assets: () => Promise<RunnerAssets>;
	readonly #listener: RunnerListener;
	#state: RunnerState = { kind: 'starting' };
	#queue: Job[] = [];
	#current: Job | undefined;
	#deadline: ReturnType<typeof setTimeout> | undefined;

	/** `assets` is asked when the frame says hello, and may take its time: that is how the bench waits for the desk. */
	constructor(port: FramePort, assets: () => Promise<RunnerAssets>, listener: RunnerListener) {
		this.#assets = assets;
		this.#listener = listener;
		this.#port = port;
		this.#setState(this.#state);
		port.listen((received) => {
			const message = v.safeParse(FromFrame, received);
			// Python can make its worker post anything; what does not fit the protocol is dropped here.
			if (message.success) this.#hear(message.output);
		});
	}

	/** Runs a cell when its turn comes. Resolves always: a crash or a stop is an outcome, not an error. */
	run(
		request: RunRequest,
		on: { started(): void; output(part: OutputPart): void },
		signal: AbortSignal
	): Promise<RunEnd> {
		return new Promise((settle) => {
			this.#submit({ kind: 'run', request, ...on, settle }, signal);
		});
	}

	/** Calls a method of the kernel; parameters and result are plain JSON values. */
	call(method: CallMethod, params: object, timeoutMs: number, signal: AbortSignal): Promise<CallResult> {
		return new Promise((settle) => {
			const id = newCallId();
			this.#submit({ kind: 'call', id, method, params: JSON.stringify(params), timeoutMs, settle }, signal);
		});
	}

	/** Takes the frame away; what runs or waits ends as interrupted. */
	dispose(): void {
		clearTimeout(this.#deadline);
		this.#port.close();
		const jobs = this.#current === undefined ? this.#queue : [this.#current, ...this.#queue];
		this.#queue = [];
		this.#current = undefined;
		for (const job of jobs) settleStopped(job);
	}

	#submit(job: Job, signal: AbortSignal): void {
		if (signal.aborted) return settleStopped(job);
		signal.addEventListener('abort', () => this.#abort(job), { once: true });
		this.#queue.push(job);
		this.#next();
	}

	#abort(job: Job): void {
		if (job === this.#current) return this.#send({ type: 'interrupt', id: idOf(job) });
		if (!this.#queue.includes(job)) return;
		this.#queue = this.#queue.filter((waiting) => waiting !== job);
		settleStopped(job);
	}

	#next(): void {
		if (this.#current !== undefined || this.#state.kind === 'starting') return;
		const job = this.#queue.shift();
		if (job === undefined) return;
		if (this.#state.kind === 'failed') {
			settleFailed(job, this.#state.message);
			return this.#next();
		}
		this.#current = job;
		if (job.kind === 'run') {
			job.started();
			this.#send({ type: 'run', ...job.request });
		} else {
			this.#send({
				type: 'call',
				id: job.id,
				method: job.method,
				params: job.params,
				timeoutMs: job.timeoutMs
			});
		}
	}

	#hear(message: FromFrame): void {
		switch (message.type) {
			case 'hello':
				void this.#boot();
				return;
			case 'ready':
				this.#setState({ kind: 'ready', python: message.python, interruptible: message.interruptible });
				return this.#next();
			case 'boot-failed':
				return this.#fail(message.message);
			case 'output':
				if (this.#current?.kind === 'run' && this.#current.request.id === message.id) {
					this.#current.output(outputPart(message.kind, message.text));
				}
				return;
			case 'run-end': {
				const job = this.#current;
				if (job?.kind !== 'run' || job.request.id !== message.id) return;
				this.#current = undefined;
				job.settle(message.end);
				return this.#next();
			}
			case 'reply':
			case 'call-failed': {
				const job = this.#current;
				if (job?.kind !== 'call' || job.id !== message.id) return;
				this.#current = undefined;
				job.settle(
					message.type === 'reply'
						? readReply(message.result)
						: { ok: false, why: message.why, message: message.message }
				);
				return this.#next();
			}
			case 'restarting':
				this.#setState({ kind: 'starting' });
				return this.#listener.restarted(message.why);
			default:
				return assertNever(message);
		}
	}

	async #boot(): Promise<void> {
		try {
			const assets = await this.#assets();
			this.#send({ type: 'boot', assets }, [assets.wasm, assets.stdlib, assets.kernel]);
		} catch (error) {
			this.#fail(error instanceof Error ? error.message : String(error));
		}
	}

	#fail(message: string): void {
		this.#setState({ kind: 'failed', message });
		this.#next();
	}

	#setState(state: RunnerState): void {
		this.#state = state;
		clearTimeout(this.#deadline);
		if (state.kind === 'starting')
			this.#deadline = setTimeout(() => this.#fail('it gave no answer'), bootDeadlineMs);
		this.#listener.state(state);
	}

	#send(message: ToFrame, transfer: ArrayBuffer[] = []): void {
		this.#port.post(message, transfer);
	}
}

const kernelAnswer = v.variant('ok', [
	v.object({ ok: v.literal(true), result: v.unknown() }),
	v.object({ ok: v.literal(false), error: v.object({ type: v.string(), message: v.string() }) })
]);

function readReply(json: string): CallResult {
	let parsed: unknown;
	try {
		parsed = JSON.parse(json);
	} catch {
		return { ok: false, why: 'failed', message: 'The kernel answered with something that is not JSON.' };
	}
	const answer = v.safeParse(kernelAnswer, parsed);
	if (!answer.success)
		return { ok: false, why: 'failed', message: 'The kernel’s answer has no known shape.' };
	if (answer.output.ok) return { ok: true, value: answer.output.result };
	const { type, message } = answer.output.error;
	return { ok: false, why: 'failed', message: `${type}: ${message}` };
}

function outputPart(kind: 'stdout' | 'stderr' | 'display', text: string): OutputPart {
	return kind === 'display' ? { kind, data: { 'text/plain': text } } : { kind, text };
}

const idOf = (job: Job): string => (job.kind === 'run' ? job.request.id : job.id);

function settleStopped(job: Job): void {
	if (job.kind === 'run') job.settle({ status: 'interrupted', durationMs: 0, truncated: 0 });
	else job.settle({ ok: false, why: 'interrupted', message: '' });
}

function settleFailed(job: Job, message: string): void {
	if (job.kind === 'run') job.settle({ status: 'crashed', durationMs: 0, truncated: 0 });
	else job.settle({ ok: false, why: 'crashed', message });
}
