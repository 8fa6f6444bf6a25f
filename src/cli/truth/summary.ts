import { claimsOf } from '$lib/domain/explanation';
import { isRefuted, type Outcome } from '$lib/domain/verdict';
import type { ReportRow } from './row';
import { sectionsThere, sectionsWithContent } from './text';

/** The wish for every callable that takes something. */
const wantedExamples = 3;
const wantedEdgeCases = 2;
const mostWorst = 20;
const mostReasons = 50;

type Counts = Record<string, number>;

/** What a whole report says. Shares are between 0 and 1, and `null` where there is nothing to share. */
export type Summary = {
	readonly programs: number;
	readonly explained: number;
	readonly broken: number;
	readonly errors: number;
	/** Of the programs that Python can read: all four sections there (an empty one says why), and all four filled. */
	readonly fourSections: number | null;
	readonly fourSectionsFilled: number | null;
	/** Of the programs that Python cannot read: there is an explanation of the error. */
	readonly errorExplained: number | null;
	readonly claims: {
		readonly total: number;
		readonly byKind: Counts;
		readonly outcomes: Counts;
		readonly confirmed: number;
		readonly refuted: number;
		/** Shown as true, and false: the verdict says confirmed, and the second way found something else. */
		readonly shownFalse: number;
		/** Why claims could not be checked, by reason. */
		readonly notCheckable: Counts;
	};
	readonly secondWay: {
		readonly agreed: number;
		readonly differed: number;
		readonly untried: number;
		readonly untriedBecause: Counts;
		readonly pythons: string[];
	};
	/** Functions and methods that take something. */
	readonly callables: {
		readonly total: number;
		readonly withThreeAndTwo: number | null;
		readonly withThreeExamples: number | null;
		readonly withTwoEdgeCases: number | null;
		readonly examples: number | null;
		readonly edgeCases: number | null;
	};
	readonly branches: {
		readonly total: number;
		readonly hit: number;
		readonly median: number | null;
		readonly share: number | null;
	};
	readonly unknownNames: number;
	readonly valuesOutsideSlots: number;
	readonly grade: { readonly median: number | null; readonly most: number | null };
	readonly words: { readonly median: number | null; readonly p95: number | null };
	readonly ms: { readonly p50: number | null; readonly p95: number | null };
	/** Why there is no explanation, or none of what was asked about, by reason. */
	readonly errorReasons: Counts;
	/** The notes that stand in the place of examples and of edge cases. */
	readonly emptyBecause: Counts;
	/** Those that miss most, with what they miss. */
	readonly worst: readonly { readonly id: string; readonly misses: readonly string[] }[];
};

/** Everything in a report, taken in row by row. Of each row only some numbers are kept. */
export async function summarise(rows: AsyncIterable<ReportRow>): Promise<Summary> {
	const status = { explained: 0, broken: 0, error: 0 };
	const sections = { there: 0, filled: 0, error: 0 };
	const kinds: Counts = {};
	const outcomes: Counts = {};
	const notCheckable: Counts = {};
	const untriedBecause: Counts = {};
	const errorReasons: Counts = {};
	const emptyBecause: Counts = {};
	const pythons = new Set<string>();
	const second = { agreed: 0, differed: 0, untried: 0 };
	const callables = { total: 0, enough: 0, three: 0, two: 0, examples: 0, edgeCases: 0 };
	const branches = { total: 0, hit: 0 };
	const [shares, grades, words, times]: [number[], number[], number[], number[]] = [[], [], [], []];
	let [unknownNames, valuesOutsideSlots] = [0, 0];
	let worst: { id: string; misses: string[]; weight: number }[] = [];

	for await (const row of rows) {
		status[row.status] += 1;
		if (row.error !== undefined) add(errorReasons, row.error);
		if (row.explanation !== null) {
			const there = sectionsThere(row.explanation) === 4;
			if (row.status === 'explained' && there) sections.there += 1;
			if (row.status === 'explained' && sectionsWithContent(row.explanation) === 4) sections.filled += 1;
			if (row.status === 'broken' && there) sections.error += 1;
			for (const { kind } of claimsOf(row.explanation)) add(kinds, kind);
			const { notes } = row.explanation;
			if (row.status === 'explained')
				for (const note of [notes?.examples, notes?.edgeCases])
					if (note !== undefined) add(emptyBecause, note.replace(/`[^`]*`/g, '`…`'));
			words.push(row.words);
			times.push(row.ms);
		}
		for (const { outcome } of row.verdicts) {
			add(outcomes, outcome.kind);
			if (outcome.kind === 'not-checkable') add(notCheckable, outcome.why);
		}
		if (row.secondWay !== undefined) {
			pythons.add(row.secondWay.python);
			second.agreed += row.secondWay.agreed;
			second.differed += row.secondWay.differed.length;
			second.untried += row.secondWay.untried.length;
			for (const { why } of row.secondWay.untried) add(untriedBecause, why);
		}
		for (const one of row.callables.filter(({ parameters }) => parameters > 0)) {
			callables.total += 1;
			const [three, two] = [one.examples >= wantedExamples, one.edgeCases >= wantedEdgeCases];
			callables.three += three ? 1 : 0;
			callables.two += two ? 1 : 0;
			callables.enough += three && two ? 1 : 0;
			callables.examples += one.examples;
			callables.edgeCases += one.edgeCases;
		}
		branches.total += row.branches.total;
		branches.hit += row.branches.hit;
		if (row.branches.total > 0) shares.push(row.branches.hit / row.branches.total);
		if (row.grade !== null) grades.push(row.grade);
		unknownNames += row.unknownNames.length;
		valuesOutsideSlots += row.valuesOutsideSlots;
		const found = missesOf(row);
		if (found.weight > 0) {
			worst.push({ id: row.id, ...found });
			if (worst.length > 4 * mostWorst) worst = mostMissing(worst);
		}
	}
	const refuted = (outcomes['contradicted'] ?? 0) + (outcomes['raised'] ?? 0);
	return {
		programs: status.explained + status.broken + status.error,
		explained: status.explained,
		broken: status.broken,
		errors: status.error,
		fourSections: share(sections.there, status.explained),
		fourSectionsFilled: share(sections.filled, status.explained),
		errorExplained: share(sections.error, status.broken),
		claims: {
			total: sum(Object.values(kinds)),
			byKind: kinds,
			outcomes,
			confirmed: outcomes['confirmed'] ?? 0,
			refuted,
			shownFalse: second.differed,
			notCheckable
		},
		secondWay: { ...second, untriedBecause: mostOften(untriedBecause), pythons: [...pythons] },
		callables: {
			total: callables.total,
			withThreeAndTwo: share(callables.enough, callables.total),
			withThreeExamples: share(callables.three, callables.total),
			withTwoEdgeCases: share(callables.two, callables.total),
			examples: share(callables.examples, callables.total),
			edgeCases: share(callables.edgeCases, callables.total)
		},
		branches: { ...branches, median: quantile(shares, 0.5), share: share(branches.hit, branches.total) },
		unknownNames,
		valuesOutsideSlots,
		grade: { median: quantile(grades, 0.5), most: quantile(grades, 1) },
		words: { median: quantile(words, 0.5), p95: quantile(words, 0.95) },
		ms: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) },
		errorReasons: mostOften(errorReasons),
		emptyBecause: mostOften(emptyBecause),
		worst: mostMissing(worst).map(({ id, misses }) => ({ id, misses }))
	};
}

/** What a row misses, the gravest first; `weight` is for putting rows in order. */
export function missesOf(row: ReportRow): { misses: string[]; weight: number } {
	const found: { weight: number; what: string }[] = [];
	const miss = (weight: number, number: number, what: string): void => {
		if (number > 0) found.push({ weight: weight * number, what });
	};
	const count = (wanted: (outcome: Outcome) => boolean): number =>
		row.verdicts.filter(({ outcome }) => wanted(outcome)).length;
	const differed = row.secondWay?.differed.length ?? 0;
	miss(1000, differed, `${differed} shown false`);
	const refuted = count(isRefuted);
	miss(500, refuted, `${refuted} refuted`);
	miss(200, row.status === 'error' ? 1 : 0, `no explanation: ${row.error ?? ''}`);
	miss(100, row.valuesOutsideSlots, `${row.valuesOutsideSlots} values outside slots`);
	miss(100, row.unknownNames.length, `unknown names ${row.unknownNames.join(', ')}`);
	if (row.status === 'explained' && row.explanation !== null) {
		miss(15, row.explanation.examples.length === 0 ? 1 : 0, 'no examples');
		miss(5, row.explanation.edgeCases.length === 0 ? 1 : 0, 'no edge cases');
	}
	for (const { name, parameters, examples, edgeCases } of row.callables) {
		const missing =
			parameters === 0
				? 0
				: Math.max(0, wantedExamples - examples) + Math.max(0, wantedEdgeCases - edgeCases);
		miss(5, missing, `${name}: ${examples} examples and ${edgeCases} edge cases`);
	}
	const { total, hit } = row.branches;
	miss(1, total === 0 ? 0 : Math.round(30 * (1 - hit / total)), `${hit} of ${total} branches`);
	const open = count(({ kind }) => kind !== 'confirmed') - refuted;
	miss(3, open, `${open} not decided`);
	found.sort((a, b) => b.weight - a.weight);
	return { misses: found.map(({ what }) => what), weight: sum(found.map(({ weight }) => weight)) };
}

const mostMissing = <Row extends { weight: number }>(rows: readonly Row[]): Row[] =>
	rows.toSorted((a, b) => b.weight - a.weight).slice(0, mostWorst);

/** The reasons that are given most often; a corpus may have as many as rows. */
const mostOften = (counts: Counts): Counts =>
	Object.fromEntries(
		Object.entries(counts)
			.toSorted(([, a], [, b]) => b - a)
			.slice(0, mostReasons)
	);

const add = (counts: Counts, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The smallest of the numbers that this share of them does not exceed. */
export function quantile(numbers: readonly number[], wanted: number): number | null {
	const sorted = numbers.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(wanted * sorted.length) - 1)] ?? null;
}
