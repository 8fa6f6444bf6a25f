import type { CellId } from '$lib/domain/ids';
import type { RunNames, RunResult, RunStatus } from '$lib/domain/run';
import type { SubmissionContext } from '$lib/domain/submission';
import { emptyLineage, noteRun, staleCells, type Lineage, type Staleness } from '$lib/reactive/lineage';
import type { RestartWhy } from '$lib/runner/page/start';
import type { CellModel } from './cell-model.svelte';

/** What the order in which cells run needs of each. */
type Ordered = { cell: Pick<CellModel, 'spec' | 'memory' | 'isRunning' | 'isDone' | 'lastRun'> };

/** Why Python is a new one, and what that cost. */
export type Restart<Entry> = {
	/** `asked`: somebody pressed the button. */
	why: RestartWhy | 'asked';
	/** The cells whose variables are gone, in the order of the lesson. */
	lost: readonly Entry[];
	/** Those of them that stand above the cell that was running, or all where none was. */
	again: readonly Entry[];
	isAbove: boolean;
	/** Whether files that cells had written are gone, too. */
	hadFiles: boolean;
};

/** Cells that run one after the other. */
export type Series = { kind: 'all' | 'again'; done: number; all: number };

/** One run that has ended at the desk. */
export type Ended<Cell> = {
	cell: Cell;
	code: string;
	result: RunResult | undefined;
	/** The cell's run before this one. */
	before: { code: string; result: RunResult } | undefined;
	names: RunNames | undefined;
};

/** In which order cells ran since Python started, what each of them stood on, and what went with the Python before. */
export class RunningOrder<Cell extends { readonly id: CellId }, Entry extends Ordered> {
	/** Shown until it is closed, or the cells have been run again. */
	restart = $state.raw<Restart<Entry> | undefined>();
	#series = $state.raw<Series | undefined>();
	#isSeriesStopped = false;
	/** Counts the interpreters that the desk has had. */
	#life = 0;
	/** The cells in the order in which they last ran to their end at the desk, with the code that ran. */
	#ran: { cell: Cell; code: string }[] = [];
	/** Which of them used what of which. */
	#lineage = $state.raw<Lineage<CellId>>(emptyLineage());

	get series(): Series | undefined {
		return this.#series;
	}

	/** Another number means another interpreter: what ran in the one before is gone. */
	get life(): number {
		return this.#life;
	}

	/** A run has ended, and the interpreter that had it is still there. */
	note({ cell, code, result, before, names }: Ended<Cell>): void {
		if (result === undefined) return;
		const isRepeated = before?.code === code && isSameEnd(before.result, result);
		const isGood = result.status === 'ok';
		this.#lineage = noteRun(this.#lineage, { cell: cell.id, code, isGood, names, isRepeated });
		// Only a run that came to its own end can be replayed: an endless loop in the context would hang every claim after it.
		if (result.status === 'ok' || result.status === 'error')
			this.#ran = [...this.#ran.filter((entry) => entry.cell !== cell), { cell, code }];
	}

	/** What Python knows beside the cell itself. */
	ranBefore(cell: Cell): SubmissionContext {
		return this.#ran
			.filter((entry) => entry.cell !== cell)
			.map((entry) => ({ cellId: entry.cell.id, code: entry.code }));
	}

	/** The cells that do not show what they would show now, by the code that each has now. */
	stale(codes: ReadonlyMap<CellId, string>): ReadonlyMap<CellId, Staleness<CellId>> {
		return staleCells(this.#lineage, codes);
	}

	/** Python is a new one. `entries`: every cell, in the order of the lesson. */
	forget(why: Restart<Entry>['why'], hadFiles: boolean, entries: readonly Entry[]): void {
		// Where a cell brought it about, those above it are what it had stood on. Long use is nobody's fault.
		const at = why === 'worn' ? -1 : entries.findIndex(({ cell }) => cell.isRunning);
		// What an earlier loss took, and nobody has run again since, is still gone.
		const before = this.restart?.lost.filter(({ cell }) => cell.memory === 'gone') ?? [];
		const lost = entries.filter(
			(entry) =>
				before.includes(entry) || entry.cell.memory === 'here' || (why === 'worn' && entry.cell.isRunning)
		);
		const again = at < 0 ? lost : lost.filter((entry) => entries.indexOf(entry) < at);
		this.#life += 1;
		this.#ran = [];
		this.#lineage = emptyLineage();
		for (const { cell } of lost) cell.memory = 'gone';
		this.restart = {
			why,
			lost: lost.filter(isShown),
			again: again.filter(isShown),
			isAbove: at >= 0,
			hadFiles: hadFiles || this.restart?.hadFiles === true
		};
	}

	/** The series ends with the cell that it is at. */
	stopSeries(): void {
		this.#isSeriesStopped = true;
	}

	/** One after the other, until one ends in none of these ways. Whether all of them did; one series at a time. */
	async runSeries(
		kind: Series['kind'],
		entries: readonly Entry[],
		goOn: readonly RunStatus[],
		run: (entry: Entry) => Promise<void>
	): Promise<boolean> {
		if (this.#series !== undefined) return false;
		this.#isSeriesStopped = false;
		const isStopped = (): boolean => this.#isSeriesStopped;
		try {
			for (const [done, entry] of entries.entries()) {
				this.#series = { kind, done, all: entries.length };
				await run(entry);
				const status = entry.cell.lastRun?.result.status;
				const isGood = status !== undefined && (goOn.includes(status) || entry.cell.isDone);
				if (isStopped() || !isGood) return false;
			}
			return true;
		} finally {
			this.#series = undefined;
		}
	}
}

/** The setup of exercises runs unseen. */
export const isShown = ({ cell }: { cell: Pick<CellModel, 'spec'> }): boolean => cell.spec.role !== 'setup';

/** What was typed counts: it is among the outputs. */
const isSameEnd = (one: RunResult, other: RunResult): boolean =>
	one.status === other.status && JSON.stringify(one.outputs) === JSON.stringify(other.outputs);
