import * as v from 'valibot';
import { newRunId } from '$lib/domain/ids';
import { openFrame } from '$lib/runner/page/frame-port';
import { FromFrame, type RunnerAssets, type ToFrame } from '$lib/runner/protocol';
import { cellId } from './cell';

type Kind = FromFrame['type'];

/** One frame, talked to without a client between: what is measured there is the frame, its worker and Python. */
export class Seat {
	readonly #port: ReturnType<typeof openFrame>;
	#waiters: { kind: Kind; resolve: (at: number) => void; reject: (error: Error) => void }[] = [];
	/** The last run's answer. */
	end: unknown;

	private constructor(title: string) {
		this.#port = openFrame(title);
	}

	static async open(title: string): Promise<Seat> {
		const seat = new Seat(title);
		const hello = seat.next('hello');
		seat.#port.listen((received) => seat.#hear(received));
		await hello;
		return seat;
	}

	#hear(received: unknown): void {
		const at = performance.now();
		const message = v.parse(FromFrame, received);
		if (message.type === 'run-end') this.end = message.end;
		const isFailure = message.type === 'boot-failed';
		for (const waiter of this.#waiters) {
			if (waiter.kind === message.type) waiter.resolve(at);
			else if (isFailure) waiter.reject(new Error(message.message));
		}
		this.#waiters = this.#waiters.filter(({ kind }) => kind !== message.type && !isFailure);
	}

	/** When a message of that kind arrives, on the page's clock. */
	next(kind: Kind): Promise<number> {
		return new Promise((resolve, reject) => this.#waiters.push({ kind, resolve, reject }));
	}

	send(message: ToFrame, transfer: ArrayBuffer[] = []): void {
		this.#port.post(message, transfer);
	}

	/** Hands the assets over. Milliseconds until it is ready. */
	async boot(assets: RunnerAssets): Promise<number> {
		const ready = this.next('ready');
		const begun = performance.now();
		this.send({ type: 'boot', assets });
		return (await ready) - begun;
	}

	/** Ends the interpreter and starts another one from what the frame has. Milliseconds until it is ready. */
	async restart(): Promise<number> {
		const ready = this.next('ready');
		const begun = performance.now();
		this.send({ type: 'restart' });
		return (await ready) - begun;
	}

	/** Starts a run. Returns its id, for Stop. */
	begin(code: string): ReturnType<typeof newRunId> {
		const id = newRunId();
		this.send({ type: 'run', id, cellId, code });
		return id;
	}

	/** When the run ended, on the page's clock. */
	async run(code: string): Promise<number> {
		const ended = this.next('run-end');
		this.begin(code);
		return ended;
	}

	close(): void {
		this.#port.close();
	}
}
