/** A job's own time: what it spends waiting for somebody else (a line that is typed, wheels on their way) does not count. */
export class TimeLimit {
	#leftMs: number | undefined;
	#runsFrom: number | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #over: () => void;

	/** `over` hears once that the time is up; with no `limitMs`, never. It stands still until `run`. */
	constructor(limitMs: number | undefined, over: () => void) {
		this.#leftMs = limitMs;
		this.#over = over;
	}

	run(): void {
		if (this.#leftMs === undefined || this.#runsFrom !== undefined) return;
		this.#runsFrom = performance.now();
		this.#timer = setTimeout(this.#over, this.#leftMs);
	}

	pause(): void {
		if (this.#leftMs === undefined || this.#runsFrom === undefined) return;
		clearTimeout(this.#timer);
		this.#leftMs -= performance.now() - this.#runsFrom;
		this.#runsFrom = undefined;
	}
}
