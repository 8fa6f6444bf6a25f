import type { DataFile, RunnerAssets, Wear } from '../protocol';
import { RunnerClient } from './client';
import { Interpreter, type FramePort, type Loss, type RunnerState } from './interpreter';

export type RunnerListener = {
	state(state: RunnerState): void;
	/** Every variable is gone, and with `hadFiles` every file that cells had made. */
	restarted(why: RestartWhy, hadFiles: boolean): void;
};

/**
 * Why the desk's Python is a new one: it did not stop otherwise; it crashed, by all that is known or because its stack `overflowed`;
 * it had used up its memory; it was `worn` out by long use.
 */
export type RestartWhy = 'stopped' | 'crashed' | 'overflowed' | 'memory' | 'worn';

/** How browsers say that calls were nested too deeply, and how Python does. */
const overflow = /Maximum call stack|too much recursion|stack overflow/i;

/** Which frame, and for the last one: with other hashes, so that what hangs on the order of a set comes out differently. */
export type FrameName = 'desk' | 'bench' | 'spare';

/** What the pair needs from the page. */
export type RunnerHouse = {
	open(name: FrameName): FramePort;
	assets(hashes: 'usual' | 'other', progress: (loaded: number, total: number) => void): Promise<RunnerAssets>;
	wheel(file: string): Promise<ArrayBuffer>;
	files(): Promise<DataFile[]>;
	/** Nothing is fetched any more. */
	close(): void;
};

/** A page left alone for this long gives memory back. */
export const restAfterMs = 10 * 60_000;
/** An explanation asks for verdict after verdict; the bench is replaced when it is over. */
const cleanAfterMs = 2_000;
/** The spare is wanted for one explanation, then for a long time not. */
export const spareRestAfterMs = 60_000;

/**
 * The two interpreters of a page and the places they sit at. The desk holds the student's variables; the bench is where facts are
 * gathered and claims verified, and where the next desk waits: when the desk's interpreter is lost, the bench's takes its place at
 * once, and the lost one starts again behind it. A third, with other hashes, is there only while it is needed.
 */
export class RunnerPair {
	readonly desk: RunnerClient;
	readonly bench: RunnerClient;
	readonly spare: RunnerClient;
	readonly #house: RunnerHouse;
	readonly #on: { desk: RunnerListener; bench: RunnerListener };
	/** The first fetch serves both; later ones come out of the browser's cache. */
	#shared: Promise<RunnerAssets> | undefined;
	#benchIsServed = false;
	#deskTried: () => void = () => undefined;
	#cleanTimer: ReturnType<typeof setTimeout> | undefined;
	/** Why an interpreter is being replaced by us, where that is not for the student to know as a stop. */
	readonly #reasons = new Map<Interpreter, RestartWhy | 'quietly'>();
	#restTimer: ReturnType<typeof setTimeout> | undefined;
	#spareTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(house: RunnerHouse, on: { desk: RunnerListener; bench: RunnerListener }) {
		this.#house = house;
		this.#on = on;
		const deskTried = new Promise<void>((resolve) => (this.#deskTried = resolve));
		const first = this.#interpreter('desk', async (progress) => {
			const fetched = house.assets('usual', progress);
			// The bench waits for the same bytes, and reports the failure itself.
			fetched.catch(() => undefined);
			if (!this.#benchIsServed) this.#shared = fetched;
			return fetched;
		});
		// One after the other: both at once, the student waits half as long again for the one that matters.
		const second = this.#interpreter('bench', async (progress) => {
			await deskTried;
			const shared = this.#shared;
			this.#shared = undefined;
			this.#benchIsServed = true;
			return shared ?? house.assets('usual', progress);
		});
		const third = this.#interpreter('spare', (progress) => house.assets('other', progress));
		this.desk = new RunnerClient(first, () => this.#wake());
		this.bench = new RunnerClient(second, () => this.#wake());
		this.spare = new RunnerClient(third, () => {
			third.wake();
			clearTimeout(this.#spareTimer);
		});
		this.attend();
	}

	dispose(): void {
		clearTimeout(this.#restTimer);
		clearTimeout(this.#spareTimer);
		clearTimeout(this.#cleanTimer);
		for (const seat of this.#seats) {
			seat.close();
			seat.interpreter.rest();
		}
		this.#house.close();
	}

	get #seats(): RunnerClient[] {
		return [this.desk, this.bench, this.spare];
	}

	#interpreter(
		name: FrameName,
		assets: (progress: (loaded: number, total: number) => void) => Promise<RunnerAssets>
	): Interpreter {
		const interpreter: Interpreter = new Interpreter({
			open: () => this.#house.open(name),
			assets,
			wheel: (file) => this.#house.wheel(file),
			files: () => this.#house.files(),
			state: (state) => this.#stateOf(interpreter, state),
			lost: (loss) => this.#lost(interpreter, loss),
			free: (wear, wasAbandoned) => this.#free(interpreter, wear, wasAbandoned)
		});
		return interpreter;
	}

	/** Somebody is there: both are wanted soon. One that could not start is left alone until there is a job for it. */
	attend(): void {
		clearTimeout(this.#restTimer);
		this.#restTimer = setTimeout(() => this.#rest(), restAfterMs);
		for (const { interpreter } of [this.desk, this.bench])
			if (interpreter.state.kind !== 'failed') interpreter.wake();
	}

	#wake(): void {
		this.attend();
		this.desk.interpreter.wake();
		this.bench.interpreter.wake();
	}

	#rest(): void {
		if (!this.desk.isIdle || !this.bench.isIdle) return this.attend();
		this.bench.interpreter.rest();
		// Variables are the student's work; only memory that holds none is given back.
		if (this.desk.interpreter.isEmpty) this.desk.interpreter.rest();
	}

	#stateOf(interpreter: Interpreter, state: RunnerState): void {
		if (interpreter === this.desk.interpreter) {
			if (state.kind === 'ready' || state.kind === 'failed') this.#deskTried();
			this.#on.desk.state(state);
		}
		if (interpreter === this.bench.interpreter) this.#on.bench.state(state);
	}

	#lost(interpreter: Interpreter, { why, message, held, hadFiles }: Loss): void {
		const crash = overflow.test(message) ? 'overflowed' : 'crashed';
		// One that has just come from the bench, and was still ending something there, holds nothing that anybody would miss.
		const told = !held ? 'quietly' : why === 'crashed' ? crash : 'stopped';
		const reason = this.#reasons.get(interpreter) ?? told;
		this.#reasons.delete(interpreter);
		if (interpreter !== this.desk.interpreter) {
			if (interpreter === this.bench.interpreter && reason !== 'quietly')
				this.#on.bench.restarted(reason, hadFiles);
			return;
		}
		if (reason !== 'quietly') this.#on.desk.restarted(reason, hadFiles);
		this.#promote();
	}

	/** Whoever is ready sits at the desk. One that is ready there already stays: it holds the variables. */
	#promote(): void {
		const [atDesk, atBench] = [this.desk.interpreter, this.bench.interpreter];
		if (atDesk.state.kind === 'ready' || atBench.state.kind !== 'ready') return;
		this.bench.move(atDesk);
		this.desk.move(atBench);
		this.#on.desk.state(atBench.state);
		this.#on.bench.state(atDesk.state);
		this.desk.next();
	}

	#free(interpreter: Interpreter, wear: Wear, wasAbandoned = false): void {
		const seat = this.#seats.find((one) => one.interpreter === interpreter);
		if (seat === undefined) return;
		if (wear !== 'fresh' && this.#isReplaced(seat, wear, wasAbandoned)) return interpreter.restart();
		if (seat === this.bench) this.#promote();
		seat.next();
		this.#cleanBench();
		if (this.spare.isIdle && seat === this.spare) {
			clearTimeout(this.#spareTimer);
			this.#spareTimer = setTimeout(() => this.spare.interpreter.rest(), spareRestAfterMs);
		}
	}

	/**
	 * Code that was tried on the bench leaves things behind that no list of ours is complete for. So that the next desk is a clean one,
	 * a bench that has worked is replaced when it has nothing more to do.
	 */
	#cleanBench(): void {
		clearTimeout(this.#cleanTimer);
		this.#cleanTimer = setTimeout(() => {
			const { interpreter } = this.bench;
			if (!this.bench.isIdle || !interpreter.isFree || !interpreter.hasWorked) return;
			this.#reasons.set(interpreter, 'quietly');
			interpreter.restart();
		}, cleanAfterMs);
	}

	/** Whether an interpreter that shows wear goes now. Notes why, for those who are told; no cell is to blame for what was `abandoned`. */
	#isReplaced(seat: RunnerClient, wear: Exclude<Wear, 'fresh'>, wasAbandoned: boolean): boolean {
		if (seat !== this.desk || seat.interpreter.isEmpty) {
			const isOfCell = seat === this.desk && !wasAbandoned;
			this.#reasons.set(seat.interpreter, wear === 'memory' && isOfCell ? 'memory' : 'quietly');
			return true;
		}
		// The variables are worth more than a fresh interpreter, until it is about to fail.
		if (wear === 'worn') return false;
		this.#reasons.set(seat.interpreter, wear === 'memory' ? 'memory' : 'worn');
		return true;
	}
}
