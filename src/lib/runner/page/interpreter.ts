import * as v from 'valibot';
import {
	FromFrame,
	terminateAfterMs,
	readDisplay,
	readReply,
	type CallResult,
	type CallId,
	type CallMethod,
	type DataFile,
	type LostWhy,
	type RunEnd,
	type RunnerAssets,
	type ToFrame,
	type Wear
} from '../protocol';
import type { CellId, RunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import { assertNever } from '$lib/domain/assert-never';

/** Where an interpreter stands. `starting` covers a replacement too; its bytes are those that come over the network. */
export type RunnerState =
	| { kind: 'starting'; loaded?: number; total?: number }
	| { kind: 'ready'; python: string; interruptible: boolean; started: 'snapshot' | 'plain' }
	/** Its memory was given back; the next job starts it. */
	| { kind: 'resting' }
	| { kind: 'failed'; message: string };

export type RunRequest = { id: RunId; cellId: CellId; code: string; limitMs?: number };
export type Question = { prompt: string; secret: boolean };

export type Job =
	| {
			kind: 'run';
			request: RunRequest;
			/** Lines given to `input()` so far, where the run must begin again for each. */
			answers: string[];
			startedAt: number;
			started(): void;
			output(part: OutputPart): void;
			ask(question: Question): void;
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

export const idOf = (job: Job): string => (job.kind === 'run' ? job.request.id : job.id);

/** The way to a frame and back. The DOM is on the other side of it, so that what is here can be tested without one. */
export type FramePort = {
	post(message: ToFrame, transfer: ArrayBuffer[]): void;
	/** `hear` gets whatever the frame posts, unchecked. */
	listen(hear: (message: unknown) => void): void;
	close(): void;
};

/** How an interpreter was lost. `held`: it had variables, files or a job; `message`: what was said of its end, if anything was. */
export type Loss = { why: LostWhy; message: string; held: boolean; hadFiles: boolean };

/** What an interpreter needs from the page, and whom it tells. */
export type Surroundings = {
	open(): FramePort;
	/** Asked when the frame says hello, and may take its time: that is how the bench waits for the desk. */
	assets(progress: (loaded: number, total: number) => void): Promise<RunnerAssets>;
	wheel(file: string): Promise<ArrayBuffer>;
	/** The lesson's data; those that cannot be had are missing. */
	files(): Promise<DataFile[]>;
	state(state: RunnerState): void;
	/** It was lost with every variable and file in it. What it was doing has been told so already. */
	lost(loss: Loss): void;
	/** It has nothing to do. `wasAbandoned`: what ended was a job that nobody waited for any more. */
	free(wear: Wear, wasAbandoned?: boolean): void;
};

/**
 * An interpreter that is not there by then counts as one that cannot start, and what waits for it is told so. Should it come all
 * the same, it is welcome. Long, because a slow machine on a slow line takes its time.
 */
const bootDeadlineMs = 90_000;
/** How often a frame is asked whether it is there, and how often it may leave that open. */
const pulseEveryMs = 3_000;
const missedPulses = 2;
/** One that crashes this often before it was ever ready would do so for ever. */
const triedStarts = 3;
/** One that could not start is given another try by whoever has a job for it, but not by each of many. */
const retryAfterMs = 5_000;
/** Wheels that have not come by then are missing; the job's own time stands still meanwhile. */
export const wheelDeadlineMs = 60_000;
/** How much later than its own limit a frame may say that something has ended. */
const graceMs = 2_000;

/**
 * The kernel batches its output into some twenty messages a second, more where streams alternate. What comes faster than this is
 * not shown but counted, like output beyond the run's megabyte.
 */
const maxOutputsPerSecond = 2_000;

/** One interpreter in one frame: it starts, does one job at a time, is lost, rests, starts again. Every job settles. */
export class Interpreter {
	readonly #around: Surroundings;
	#port: FramePort | undefined;
	#state: RunnerState = { kind: 'resting' };
	#job: Job | undefined;
	/** The id of a job that nobody waits for any more, while the interpreter still does it. */
	#abandoned: string | undefined;
	/** The present run wants a line: it waits for it, or has ended and must begin again with it. */
	#asking: 'waits' | 'to-replay' | undefined;
	#isRestarting = false;
	/** It has been handed what it needs; before, there is nothing in it that could end. */
	#isBooted = false;
	#hasWorked = false;
	/** Starts in a row that ended in a crash. */
	#crashedStarts = 0;
	#failedAt = 0;
	/** The present job has been told to end. */
	#isStopping = false;
	#pulse: ReturnType<typeof setInterval> | undefined;
	/** Pings without an answer. */
	#missed = 0;
	#stopWatch: ReturnType<typeof setTimeout> | undefined;
	#deadline: ReturnType<typeof setTimeout> | undefined;
	#second = { start: 0, count: 0 };
	#variables = 0;
	#files = 0;
	/** Characters of the present run that came too fast to be shown. */
	#dropped = 0;
	/** Characters that it gave out, and how many of them an attempt before this one had given out already. */
	#given = 0;
	#known = 0;

	constructor(around: Surroundings) {
		this.#around = around;
	}

	get state(): RunnerState {
		return this.#state;
	}

	/** Whether the cells that ran here have bound no name and made no file. */
	get isEmpty(): boolean {
		return this.#variables === 0 && this.#files === 0;
	}

	/** Whether anything ran here since it started. */
	get hasWorked(): boolean {
		return this.#hasWorked;
	}

	get isFree(): boolean {
		return this.#state.kind === 'ready' && this.#job === undefined && this.#abandoned === undefined;
	}

	/** Opens the frame, unless it is open. One that could not start tries again. */
	wake(): void {
		if (this.#state.kind === 'failed') {
			if (performance.now() - this.#failedAt < retryAfterMs) return;
			this.#closeFrame();
		}
		if (this.#port !== undefined) return;
		const port = this.#around.open();
		this.#port = port;
		this.#setState({ kind: 'starting' });
		port.listen((received) => {
			if (this.#port !== port) return;
			const message = v.safeParse(FromFrame, received);
			// Python can make its worker post anything; what does not fit the protocol is dropped here.
			if (!message.success) return;
			this.#missed = 0;
			this.#hear(message.output);
		});
	}

	/** Takes the frame away, and with it all that the interpreter holds. What it was doing ends as interrupted. */
	rest(): void {
		this.#closeFrame();
		const job = this.#job;
		this.#job = undefined;
		this.#abandoned = undefined;
		this.#variables = 0;
		this.#files = 0;
		this.#setState({ kind: 'resting' });
		if (job !== undefined) settleLost(job, 'stopped', '');
	}

	/** Does a job; only when free. */
	start(job: Job): void {
		this.#job = job;
		this.#hasWorked = true;
		this.#isStopping = false;
		this.#dropped = 0;
		this.#given = 0;
		this.#known = 0;
		this.#asking = undefined;
		if (job.kind === 'run') {
			job.startedAt = performance.now();
			job.started();
			this.#send({ type: 'run', ...job.request });
		} else {
			const { id, method, params, timeoutMs } = job;
			this.#send({ type: 'call', id, method, params, timeoutMs });
		}
	}

	interrupt(id: string): void {
		const job = this.#job;
		if (job === undefined || idOf(job) !== id) return;
		if (this.#asking !== 'to-replay') {
			this.#isStopping = true;
			this.#expectEnd();
			return this.#send({ type: 'interrupt', id });
		}
		// Nothing runs: the run ended when it asked, and would begin again with the answer.
		this.#asking = undefined;
		this.#job = undefined;
		settleLost(job, 'stopped', '');
		this.#around.free('fresh');
	}

	/** The line that the run of that id waits for. Nothing happens where none is awaited. */
	answer(id: RunId, text: string): void {
		const job = this.#job;
		const asking = this.#asking;
		if (job?.kind !== 'run' || job.request.id !== id || asking === undefined) return;
		this.#asking = undefined;
		if (asking === 'waits') return this.#send({ type: 'input', id, text });
		job.answers.push(text);
		this.#known = this.#given;
		this.#given = 0;
		this.#send({ type: 'run', ...job.request, answers: [...job.answers], replay: true });
	}

	/** Gives back the job that it is doing, stopped here, so that another interpreter can do it. */
	abandon(): Job | undefined {
		const job = this.#job;
		if (job === undefined) return undefined;
		this.#job = undefined;
		this.#abandoned = idOf(job);
		this.#expectEnd();
		this.#send({ type: 'interrupt', id: idOf(job) });
		return job;
	}

	/** Ends what it does, and starts afresh. One that rests, or is only on its way, has nothing to end. */
	restart(): void {
		// One that failed to start has nothing to restart in.
		if (this.#state.kind === 'failed') {
			this.rest();
			return this.wake();
		}
		if (this.#port === undefined || this.#isRestarting) return;
		if (!this.#isBooted) return;
		this.#send({ type: 'restart' });
		this.#expectEnd();
		// What it said before it heard of this belongs to nobody.
		this.#isRestarting = true;
		this.#lose('stopped', '');
	}

	#hear(message: FromFrame): void {
		if (this.#isRestarting) {
			if (message.type !== 'lost') return;
			this.#isRestarting = false;
			return clearTimeout(this.#stopWatch);
		}
		switch (message.type) {
			case 'hello':
				// Waiting for the desk's turn, or for bytes that arrive, is no failure.
				clearTimeout(this.#deadline);
				// Before, there was nobody there who could have answered.
				this.#missed = 0;
				clearInterval(this.#pulse);
				this.#pulse = setInterval(() => this.#feel(), pulseEveryMs);
				void this.#boot();
				return;
			case 'pong':
				return;
			case 'ready': {
				const { python, interruptible, started } = message;
				this.#isBooted = true;
				this.#crashedStarts = 0;
				this.#setState({ kind: 'ready', python, interruptible, started });
				return this.#around.free('fresh');
			}
			case 'boot-failed':
				return this.#fail(message.message);
			case 'lost':
				return this.#lose(message.why, message.message);
			case 'need':
				void this.#fetchWheels(message.id, message.files);
				return;
			default:
				return this.#hearOfJob(message);
		}
	}

	#hearOfJob(
		message: Exclude<FromFrame, { type: 'hello' | 'pong' | 'ready' | 'boot-failed' | 'lost' | 'need' }>
	): void {
		const job = this.#job;
		if (job === undefined || idOf(job) !== message.id) {
			const isEnd = 'wear' in message;
			if (isEnd && message.id === this.#abandoned) {
				this.#abandoned = undefined;
				clearTimeout(this.#stopWatch);
				this.#around.free(message.wear, true);
			}
			return;
		}
		switch (message.type) {
			case 'output':
				if (job.kind !== 'run') return;
				if (this.#isFlood()) for (const { text } of message.parts) this.#dropped += text.length;
				else
					for (const { kind, text } of message.parts) {
						const fresh = this.#unknown(text);
						if (fresh !== '') job.output({ kind, text: fresh });
					}
				return;
			case 'display':
				if (job.kind === 'run') this.#display(job, message.bundle);
				return;
			case 'input-wanted':
				if (job.kind !== 'run') return;
				this.#asking = 'waits';
				return job.ask({ prompt: message.prompt, secret: message.secret });
			case 'run-end':
				if (job.kind !== 'run') return;
				if (message.last !== undefined) this.#display(job, message.last);
				if (message.needs !== undefined && !this.#isStopping) {
					this.#asking = 'to-replay';
					return job.ask(message.needs);
				}
				this.#job = undefined;
				clearTimeout(this.#stopWatch);
				this.#variables = message.variables;
				this.#files = message.files;
				job.settle({
					...message.end,
					// It asked for a line at the very moment in which it was stopped.
					...(message.needs === undefined ? {} : { status: 'interrupted' as const }),
					truncated: message.end.truncated + this.#dropped
				});
				return this.#around.free(message.wear);
			case 'reply':
			case 'call-failed':
				if (job.kind !== 'call') return;
				this.#job = undefined;
				clearTimeout(this.#stopWatch);
				job.settle(
					message.type === 'reply'
						? readReply(message.result)
						: { ok: false, why: message.why, message: message.message }
				);
				return this.#around.free(message.wear);
			default:
				return assertNever(message);
		}
	}

	#display(job: Extract<Job, { kind: 'run' }>, bundle: string): void {
		if (this.#unknown(bundle) === '') return;
		const part = this.#isFlood() ? undefined : readDisplay(bundle);
		if (part === undefined) this.#dropped += bundle.length;
		else job.output(part);
	}

	#lose(why: LostWhy, message: string): void {
		const job = this.#job;
		const held = job !== undefined || !this.isEmpty;
		const hadFiles = this.#files > 0;
		this.#hasWorked = false;
		if (!this.#isRestarting) clearTimeout(this.#stopWatch);
		this.#job = undefined;
		this.#abandoned = undefined;
		this.#asking = undefined;
		this.#variables = 0;
		this.#files = 0;
		if (why === 'crashed' && this.#state.kind === 'starting') this.#crashedStarts += 1;
		// Whoever hears that its job ended must already know that nothing can run here yet.
		if (this.#crashedStarts < triedStarts) this.#setState({ kind: 'starting' });
		else {
			// Its frame would start the next one all the same.
			this.#closeFrame();
			this.#fail(message === '' ? 'it crashed whenever it started' : message);
		}
		if (job !== undefined) settleLost(job, why, message);
		this.#around.lost({ why, message, held, hadFiles });
	}

	async #boot(): Promise<void> {
		const port = this.#port;
		try {
			const [assets, files] = await Promise.all([
				this.#around.assets((loaded, total) => {
					if (this.#port === port && this.#state.kind === 'starting')
						this.#setState({ kind: 'starting', loaded, total });
				}),
				this.#around.files()
			]);
			if (this.#port !== port) return;
			if (files.length > 0) this.#send({ type: 'files', files });
			this.#send({ type: 'boot', assets });
			this.#isBooted = true;
			this.#setState({ kind: 'starting' });
		} catch (error) {
			if (this.#port === port) this.#fail(error instanceof Error ? error.message : String(error));
		}
	}

	async #fetchWheels(id: string, files: string[]): Promise<void> {
		const tried = await Promise.allSettled(
			files.map(async (file) => ({ file, bytes: await inTime(this.#around.wheel(file)) }))
		);
		// Without one the import fails, and says so in Python's own words.
		const wheels = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
		this.#send(
			{ type: 'wheels', id, wheels },
			wheels.map(({ bytes }) => bytes)
		);
	}

	/** Every few seconds: a frame whose process is gone says nothing, not even that. */
	#feel(): void {
		this.#missed += 1;
		if (this.#missed > missedPulses) return this.#bury();
		this.#send({ type: 'ping' });
	}

	/**
	 * What was told to end does so by the frame's own clock; later than this there is no frame any more. Whoever hears of that end stops
	 * the watch, or it would fall on what runs next.
	 */
	#expectEnd(): void {
		clearTimeout(this.#stopWatch);
		this.#stopWatch = setTimeout(() => this.#bury(), terminateAfterMs + graceMs);
	}

	/** The frame is dead. A new one takes its place. */
	#bury(): void {
		this.#closeFrame();
		this.wake();
		this.#lose('crashed', '');
	}

	#closeFrame(): void {
		clearTimeout(this.#deadline);
		clearTimeout(this.#stopWatch);
		clearInterval(this.#pulse);
		this.#port?.close();
		this.#port = undefined;
		this.#isBooted = false;
		this.#isRestarting = false;
		this.#hasWorked = false;
	}

	#fail(message: string): void {
		this.#crashedStarts = 0;
		this.#failedAt = performance.now();
		this.#setState({ kind: 'failed', message });
		this.#around.free('fresh');
	}

	#setState(state: RunnerState): void {
		this.#state = state;
		clearTimeout(this.#deadline);
		if (state.kind === 'starting')
			this.#deadline = setTimeout(() => this.#fail('it gave no answer'), bootDeadlineMs);
		this.#around.state(state);
	}

	#send(message: ToFrame, transfer: ArrayBuffer[] = []): void {
		this.#port?.post(message, transfer);
	}

	/** What of this the reader has not seen: a run that began again gives out everything once more. */
	#unknown(text: string): string {
		const known = Math.max(0, this.#known - this.#given);
		this.#given += text.length;
		return text.slice(known);
	}

	#isFlood(): boolean {
		const now = performance.now();
		if (now - this.#second.start >= 1_000) this.#second = { start: now, count: 0 };
		this.#second.count += 1;
		return this.#second.count > maxOutputsPerSecond;
	}
}

/** Rejects when the deadline for wheels has passed. */
function inTime(wheel: Promise<ArrayBuffer>): Promise<ArrayBuffer> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error('It took too long.')), wheelDeadlineMs);
		wheel.then(resolve, reject).finally(() => clearTimeout(timer));
	});
}

const statusOf = { stopped: 'interrupted', 'timed-out': 'timeout', crashed: 'crashed' } as const;
const failureOf = { stopped: 'interrupted', 'timed-out': 'timed-out', crashed: 'crashed' } as const;

/** How a job ends whose interpreter is gone, or that never reached one. */
export function settleLost(job: Job, why: LostWhy, message: string): void {
	if (job.kind === 'call') return job.settle({ ok: false, why: failureOf[why], message });
	const durationMs = job.startedAt === 0 ? 0 : performance.now() - job.startedAt;
	job.settle({ status: statusOf[why], durationMs, truncated: 0 });
}
