import type { RunNames } from '$lib/domain/run';

/** What one run of a cell did, as far as other cells can tell. */
export type RunOf<Id> = {
	readonly cell: Id;
	readonly code: string;
	/** Whether it came to its own end, and well. */
	readonly isGood: boolean;
	/** Undefined where the code is no Python: it took nothing and gave nothing. */
	readonly names: RunNames | undefined;
	/** Code, end and output are those of the cell's run before: with the same names it has changed nothing. */
	readonly isRepeated: boolean;
};

type Ran<Id> = {
	readonly code: string;
	readonly isGood: boolean;
	readonly reads: readonly string[];
	readonly writes: readonly string[];
	/** Another number means another effect. */
	readonly version: number;
	/** The effect that each cell had had by then on the names that were read. */
	readonly stoodOn: ReadonlyMap<Id, { readonly version: number; readonly names: readonly string[] }>;
	/** Which cell had last written each of those names. */
	readonly from: ReadonlyMap<string, Id>;
};

/** Everything that cells did since Python started. Never changed: each run makes another one. */
export type Lineage<Id> = {
	readonly runs: ReadonlyMap<Id, Ran<Id>>;
	/** The cell that wrote a name last. */
	readonly last: ReadonlyMap<string, Id>;
	readonly count: number;
};

export const emptyLineage = <Id>(): Lineage<Id> => ({ runs: new Map(), last: new Map(), count: 0 });

/** The lineage with one run more. */
export function noteRun<Id>(lineage: Lineage<Id>, run: RunOf<Id>): Lineage<Id> {
	const { cell, code, isGood, names } = run;
	const reads = names?.reads ?? [];
	const writes = names?.writes ?? [];
	const from = new Map(
		reads.flatMap((name): [string, Id][] => {
			const writer = lineage.last.get(name);
			return writer === undefined ? [] : [[name, writer]];
		})
	);
	const stoodOn = new Map(
		[...lineage.runs].flatMap(([id, ran]): [Id, { version: number; names: string[] }][] => {
			const shared = sharedBy(ran.writes, reads);
			return shared.length === 0 ? [] : [[id, { version: ran.version, names: shared }]];
		})
	);
	const before = lineage.runs.get(cell);
	const isSame =
		before !== undefined &&
		run.isRepeated &&
		names?.varies !== true &&
		standsOnTheSame(before, { stoodOn, from });
	const count = lineage.count + 1;
	const ran = { code, isGood, reads, writes, version: isSame ? before.version : count, stoodOn, from };
	return {
		runs: new Map([...lineage.runs, [cell, ran]]),
		last: new Map([...lineage.last, ...writes.map((name): [string, Id] => [name, cell])]),
		count
	};
}

/** Why what a cell shows is not what it would show now: `name`, which it used, is another one by what `cell` did or is. */
export type Staleness<Id> = {
	readonly cell: Id;
	readonly name: string;
	/**
	 * `changed`: it was run since, and wrote something else · `dropped`: it was, and did not write it · `failed`: it was, and did not
	 * end well · `edited`: its code is not what it ran · `outdated`: it is out of date itself · `removed`: it is no longer among the
	 * cells.
	 */
	readonly kind: 'changed' | 'dropped' | 'failed' | 'edited' | 'outdated' | 'removed';
};

/**
 * The cells that are out of date. `order`: the cells from the top, with the code that is in them now. Only cells above count, so that
 * running all of them from the top leaves none stale. That a cell itself has other code than it ran is not asked here.
 */
export function staleCells<Id>(
	lineage: Lineage<Id>,
	order: ReadonlyMap<Id, string>
): ReadonlyMap<Id, Staleness<Id>> {
	const writers = new Map<string, Id[]>();
	for (const [id, { writes }] of lineage.runs)
		for (const name of writes) writers.set(name, [...(writers.get(name) ?? []), id]);
	const stale = new Map<Id, Staleness<Id>>();
	const above = new Set<Id>();
	for (const cell of order.keys()) {
		const ran = lineage.runs.get(cell);
		const why =
			ran && (changedSince(lineage, writers, above, ran) ?? changedNow(lineage, order, above, stale, ran));
		if (why !== undefined) stale.set(cell, why);
		above.add(cell);
	}
	return stale;
}

/** A cell above ran since, and did something else to a name that was used. */
function changedSince<Id>(
	lineage: Lineage<Id>,
	writers: ReadonlyMap<string, readonly Id[]>,
	above: ReadonlySet<Id>,
	ran: Ran<Id>
): Staleness<Id> | undefined {
	const sources = new Set([...ran.stoodOn.keys(), ...ran.reads.flatMap((name) => writers.get(name) ?? [])]);
	for (const id of sources) {
		const now = lineage.runs.get(id);
		const stood = ran.stoodOn.get(id);
		if (now === undefined || !above.has(id) || stood?.version === now.version) continue;
		const [written] = sharedBy(now.writes, ran.reads);
		const name = written ?? stood?.names[0];
		if (name === undefined) continue;
		if (!now.isGood) return { cell: id, name, kind: 'failed' };
		return { cell: id, name, kind: written === undefined ? 'dropped' : 'changed' };
	}
	for (const name of ran.reads) {
		const writer = lineage.last.get(name);
		// The same run again, but after that of another cell whose value was the one that was used.
		if (writer !== undefined && writer !== ran.from.get(name) && above.has(writer))
			return { cell: writer, name, kind: 'changed' };
	}
	return undefined;
}

/** The cell whose value was used has not run since, but is not what it was. */
function changedNow<Id>(
	lineage: Lineage<Id>,
	order: ReadonlyMap<Id, string>,
	above: ReadonlySet<Id>,
	stale: ReadonlyMap<Id, Staleness<Id>>,
	ran: Ran<Id>
): Staleness<Id> | undefined {
	for (const [name, cell] of ran.from) {
		const code = order.get(cell);
		if (code === undefined) return { cell, name, kind: 'removed' };
		if (!above.has(cell)) continue;
		if (code !== lineage.runs.get(cell)?.code) return { cell, name, kind: 'edited' };
		if (stale.has(cell)) return { cell, name, kind: 'outdated' };
	}
	return undefined;
}

const sharedBy = (some: readonly string[], others: readonly string[]): string[] => {
	const known = new Set(some);
	return others.filter((name) => known.has(name));
};

/** The same cells had had the same effect, and of those that write one name the same one had come last. */
function standsOnTheSame<Id>(
	one: Pick<Ran<Id>, 'stoodOn' | 'from'>,
	other: Pick<Ran<Id>, 'stoodOn' | 'from'>
): boolean {
	if (one.stoodOn.size !== other.stoodOn.size || one.from.size !== other.from.size) return false;
	return (
		[...one.stoodOn].every(([id, { version }]) => other.stoodOn.get(id)?.version === version) &&
		[...one.from].every(([name, id]) => other.from.get(name) === id)
	);
}
