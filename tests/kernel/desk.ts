import { Worker } from 'node:worker_threads';
import type { PyodideInterface } from 'pyodide';
import * as v from 'valibot';
import { DisplayData, PyError, RunNames } from '$lib/domain/run';
import { runningIn, type Kernel } from '$lib/runner/interpreter/boot';

/** What `bridge.run` gives back. */
export const KernelEnd = v.strictObject({
	status: v.picklist(['ok', 'error', 'interrupted']),
	error: v.optional(PyError),
	durationMs: v.number(),
	variables: v.pipe(v.number(), v.integer(), v.minValue(0)),
	names: v.optional(RunNames),
	memory: v.optional(v.literal(true)),
	needsInput: v.optional(v.strictObject({ prompt: v.string(), secret: v.boolean() }))
});
export type KernelEnd = v.InferOutput<typeof KernelEnd>;

/** The kernel's bridge, as the worker sees it. */
export type Bridge = Omit<Kernel, 'set_host'> & {
	set_host(host: object | undefined): void;
	reset(): void;
};

const Mixed = v.array(v.strictTuple([v.picklist(['stdout', 'stderr']), v.string()]));

export type Ran = KernelEnd & {
	stdout: string;
	stderr: string;
	shown: DisplayData[];
	/** Each message of text, with the milliseconds after the start at which it arrived. */
	arrived: { text: string; ms: number }[];
};

/** Runs cells at the desk as the worker does, with a byte in shared memory for Stop. */
export class Desk {
	readonly bridge: Bridge;
	readonly #flag = new Uint8Array(new SharedArrayBuffer(1));
	readonly #waits: boolean;
	#runs = 0;

	readonly #pyodide: PyodideInterface;

	constructor(pyodide: PyodideInterface, waits = 'Suspending' in WebAssembly) {
		const bridge: unknown = pyodide.pyimport('procoder.bridge');
		this.bridge = bridge as Bridge;
		this.#pyodide = pyodide;
		this.#waits = waits;
		pyodide.setInterruptBuffer(this.#flag);
	}

	/** The same session, entered as where Python can wait for a promise, or as where it cannot. */
	enteredBy(waits: boolean): Desk {
		return new Desk(this.#pyodide, waits);
	}

	get lastRun(): string {
		return `run-${this.#runs}`;
	}

	async run(code: string, more: { cell?: string; answers?: string[]; replay?: boolean } = {}): Promise<Ran> {
		this.#flag[0] = 0;
		this.#runs += 1;
		const { cell = 'a', ...rest } = more;
		const ran: Pick<Ran, 'stdout' | 'stderr' | 'shown' | 'arrived'> = {
			stdout: '',
			stderr: '',
			shown: [],
			arrived: []
		};
		const startedAt = performance.now();
		const end = await runningIn(this.bridge, this.#waits)(
			JSON.stringify({ runId: this.lastRun, cellId: cell, code, ...rest }),
			(kind, text) => {
				const isShown = kind === 'display' || kind === 'last';
				if (!isShown) ran.arrived.push({ text, ms: performance.now() - startedAt });
				if (isShown) ran.shown.push(v.parse(DisplayData, JSON.parse(text)));
				else if (kind === 'stdout' || kind === 'stderr') ran[kind] += text;
				else if (kind === 'mixed') {
					for (const [stream, part] of v.parse(Mixed, JSON.parse(text))) ran[stream] += part;
				} else throw new Error(`The kernel emitted ${kind}.`);
			}
		);
		return { ...v.parse(KernelEnd, JSON.parse(end)), ...ran };
	}

	/**
	 * Writes the interrupt byte every 50 ms from another thread, as the frame does; `stop()` ends that and clears the byte. `byte`: 2
	 * for Stop, 10 for the text that is held.
	 */
	interrupting(afterMs: number, byte: 2 | 10 = 2): { stop(): Promise<void> } {
		const writer = new Worker(
			`const { workerData } = require('node:worker_threads');
			 setTimeout(() => { workerData.flag[0] = workerData.byte; setInterval(() => { workerData.flag[0] = workerData.byte; }, 50); }, workerData.afterMs);`,
			{ eval: true, workerData: { flag: this.#flag, afterMs, byte } }
		);
		return {
			stop: async () => {
				await writer.terminate();
				this.#flag[0] = 0;
			}
		};
	}

	/** Writes the byte for Stop once, whatever Python is doing. */
	press(): void {
		this.#flag[0] = 2;
	}

	call(method: string, params: object): unknown {
		const Answer = v.strictObject({
			ok: v.boolean(),
			result: v.optional(v.unknown()),
			error: v.optional(v.unknown())
		});
		const answer = v.parse(Answer, JSON.parse(this.bridge.call(method, JSON.stringify(params))));
		if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
		return answer.result;
	}
}

/** A host with JavaScript promises, as the worker's is where stacks can be switched. `cancel()` rejects what waits. */
export function promisingHost(answers: string[] = []): {
	host: object;
	cancel: () => boolean;
	asked: [string, boolean][];
} {
	let reject: ((error: Error) => void) | undefined;
	const asked: [string, boolean][] = [];
	const waits = <T>(settle: (resolve: (value: T) => void) => void): Promise<T> =>
		new Promise<T>((resolve, refuse) => {
			reject = refuse;
			settle(resolve);
		});
	return {
		asked,
		host: {
			canSleep: true,
			canRead: true,
			sleep: (ms: number) => waits<undefined>((resolve) => setTimeout(() => resolve(undefined), ms)),
			readLine: (prompt: string, secret: boolean) => {
				asked.push([prompt, secret]);
				return waits<string>((resolve) => {
					const answer = answers.shift();
					if (answer !== undefined) setTimeout(() => resolve(answer), 1);
				});
			}
		},
		cancel: () => {
			const waiting = reject;
			reject = undefined;
			waiting?.(new Error('cancelled'));
			return waiting !== undefined;
		}
	};
}
