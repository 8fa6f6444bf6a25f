/** What a row of the bench measures, and how it is summed up. */

/** Several measurements of one thing. */
export type Samples = {
	readonly name: string;
	readonly unit: 'ms' | 'MB' | 'kB' | 'cases';
	readonly values: readonly number[];
};

export type Stats = { median: number; min: number; max: number; count: number };

/**
 * One line of the table: two things that were measured in the same run, and what the first is of the second. A line without a limit
 * is there to be read. `by` says which figure of each side is compared: `worst` is the largest of the first side, `least` the smallest of both.
 */
export type Comparison = {
	readonly what: string;
	readonly ours: Samples;
	readonly base: Samples;
	readonly by?: 'median' | 'p95' | 'worst' | 'least';
	readonly limit?: number;
	/** What a reader must know to read the figure rightly. */
	readonly note?: string;
};

export type Row = {
	/** For `--only`. */
	readonly name: string;
	readonly title: string;
	/** `tell` shows what is going on. */
	measure(tell: (text: string) => void): Promise<Comparison[]>;
};

/** Of at least one value; `share` from 0 to 1, between two values the nearer in proportion. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const at = share * (sorted.length - 1);
	const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
	if (below === undefined || above === undefined) throw new Error('There is no quantile of nothing.');
	return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const statsOf = ({ values }: Samples): Stats => ({
	median: median(values),
	min: Math.min(...values),
	max: Math.max(...values),
	count: values.length
});

/** The figure that is compared. */
export function ratioOf({ ours, base, by = 'median' }: Comparison): number {
	switch (by) {
		case 'median':
			return median(ours.values) / median(base.values);
		case 'p95':
			return quantile(ours.values, 0.95) / quantile(base.values, 0.95);
		case 'least':
			return Math.min(...ours.values) / Math.min(...base.values);
		case 'worst':
			return Math.max(...ours.values) / median(base.values);
	}
}

export type Outcome = 'met' | 'missed' | 'informative';

export function outcomeOf(comparison: Comparison): Outcome {
	if (comparison.limit === undefined) return 'informative';
	return ratioOf(comparison) <= comparison.limit ? 'met' : 'missed';
}

/**
 * Measures the kinds in turn, so that whatever else the machine does meanwhile falls on all of them alike. One round before the
 * first is thrown away: it pays for what is compiled and fetched once.
 */
export async function interleaved<Kind extends string, Value>(
	kinds: readonly Kind[],
	rounds: number,
	measureOne: (kind: Kind) => Promise<Value>,
	tell: (text: string) => void
): Promise<Record<Kind, Value[]>> {
	const found = Object.fromEntries(kinds.map((kind) => [kind, [] as Value[]])) as Record<Kind, Value[]>;
	for (let round = 0; round <= rounds; round++) {
		// Every other round the other way round: what comes first may have an advantage.
		for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) {
			tell(`${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}: ${kind}`);
			const value = await measureOne(kind);
			if (round > 0) found[kind].push(value);
		}
	}
	return found;
}
