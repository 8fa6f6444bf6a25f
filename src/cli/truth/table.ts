import type { Summary } from './summary';

/** Of a list of reasons, so many are shown; `--json` has more. */
const mostShown = 20;

/** The summary for a person: a line for each number, what is wanted beside it where something is. */
export function asTable(summary: Summary): string[] {
	const { claims, callables, branches, grade, words, ms, secondWay } = summary;
	const rows: [what: string, is: string, wanted?: string][] = [
		['programs', number(summary.programs)],
		['  explained', number(summary.explained)],
		['  not Python (the error is explained)', number(summary.broken)],
		['  without an explanation', number(summary.errors), '0'],
		['four sections, where it is Python', percent(summary.fourSections), '100 %'],
		['  all four filled', percent(summary.fourSectionsFilled)],
		['error explained, where it is not', percent(summary.errorExplained), '100 %'],
		['claims', number(claims.total)],
		...Object.entries(claims.byKind).map(([kind, count]): [string, string] => [`  ${kind}`, number(count)]),
		['confirmed', number(claims.confirmed)],
		['refuted', number(claims.refuted), '0'],
		['shown false', number(claims.shownFalse), '0'],
		...Object.entries(claims.outcomes)
			.filter(([kind]) => !['confirmed', 'contradicted', 'raised'].includes(kind))
			.map(([kind, count]): [string, string] => [kind, number(count)]),
		...Object.entries(claims.notCheckable).map(([why, count]): [string, string] => [
			`  because ${why}`,
			number(count)
		]),
		[
			`second way (${secondWay.pythons.join(', ') || 'no Python found'}): agreed`,
			number(secondWay.agreed),
			`${claims.confirmed}`
		],
		['  could not try', number(secondWay.untried)],
		['callables with parameters', number(callables.total)],
		['  three examples and two edge cases', percent(callables.withThreeAndTwo), '≥ 95 %'],
		['  three examples', percent(callables.withThreeExamples)],
		['  two edge cases', percent(callables.withTwoEdgeCases)],
		['  examples each', decimal(callables.examples)],
		['  edge cases each', decimal(callables.edgeCases)],
		['branches hit by examples, median', percent(branches.median), '≥ 90 %'],
		['  all together', `${percent(branches.share)} of ${branches.total}`],
		['names that are not in the code', number(summary.unknownNames), '0'],
		['values outside slots', number(summary.valuesOutsideSlots), '0'],
		['reading grade, median', decimal(grade.median), '≤ 9'],
		['  hardest', decimal(grade.most)],
		['words, median', decimal(words.median)],
		['  95 of 100 have at most', decimal(words.p95)],
		['time for an explanation, median', `${decimal(ms.p50)} ms`],
		['  95 of 100 take at most', `${decimal(ms.p95)} ms`]
	];
	const width = Math.max(...rows.map(([what]) => what.length));
	const widest = Math.max(...rows.map(([, is]) => is.length));
	return [
		...rows.map(([what, is, wanted]) =>
			`${what.padEnd(width)}  ${is.padStart(widest)}${wanted === undefined ? '' : `  (wanted: ${wanted})`}`.trimEnd()
		),
		...section('Errors, and why', counted(summary.errorReasons)),
		...section('The second way could not try, because', counted(secondWay.untriedBecause)),
		...section('Empty sections say', counted(summary.emptyBecause)),
		...section(
			'What misses most',
			summary.worst.map(({ id, misses }) => `${id}: ${misses.join('; ')}`)
		)
	];
}

const section = (title: string, lines: readonly string[]): string[] =>
	lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${plain(line)}`)];

const counted = (counts: Readonly<Record<string, number>>): string[] =>
	Object.entries(counts)
		.slice(0, mostShown)
		.map(([what, count]) => `${count} × ${what}`);

const number = (value: number): string => String(value);
const decimal = (value: number | null): string =>
	value === null ? '–' : String(Math.round(value * 10) / 10);
const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);

/** Control characters, from a corpus say, do not reach the terminal. */
const plain = (text: string): string =>
	// eslint-disable-next-line no-control-regex -- they are what is looked for
	text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
