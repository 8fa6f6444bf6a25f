import { cpus, platform, release, totalmem } from 'node:os';
import { outcomeOf, quantile, ratioOf, statsOf, type Comparison, type Samples } from './measure.ts';

export type Measured = { readonly row: string; readonly comparison: Comparison };

const number = (value: number): string =>
	value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** The figure that is compared, and between which others it lies. */
function sideOf(samples: Samples, by: Comparison['by'] = 'median'): string {
	const { median, min, max, count } = statsOf(samples);
	const figure = { median, p95: quantile(samples.values, 0.95), worst: max, least: min }[by];
	const spread = count === 1 ? '' : ` (${number(min)}–${number(max)}, n ${count})`;
	const value = samples.unit === 'cases' ? String(figure) : `${number(figure)} ${samples.unit}`;
	return `${samples.name} ${value}${spread}`;
}

/** A Markdown table, its columns aligned, so that it reads the same in a terminal and in a document. */
export function tableOf(measured: readonly Measured[]): string {
	const head = ['what', 'ours (from–to, how many)', 'base', 'ratio', 'limit', ''];
	const rows = measured.map(({ comparison }) => {
		const { what, ours, base, by = 'median', limit, note = '' } = comparison;
		const outcome = outcomeOf(comparison);
		return [
			note === '' ? what : `${what} (${note})`,
			sideOf(ours, by),
			sideOf(base, by === 'worst' ? 'median' : by),
			`${number(ratioOf(comparison)).replace(/^0\.00$/, ratioOf(comparison) === 0 ? '0' : '< 0.01')}${by === 'median' ? '' : ` (${by})`}`,
			limit === undefined ? '' : `≤ ${limit}`,
			outcome === 'informative' ? '' : outcome === 'met' ? 'met' : 'MISSED'
		];
	});
	const widths = head.map((_, column) =>
		Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), 3)
	);
	const line = (cells: string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
		'\n'
	);
}

export type Machine = {
	processor: string;
	cores: number;
	memoryGb: number;
	system: string;
	node: string;
	browser: string;
};

export const machineOf = (browser: string): Machine => ({
	processor: cpus()[0]?.model.trim() ?? 'unknown',
	cores: cpus().length,
	memoryGb: Math.round(totalmem() / 1e9),
	system: `${platform()} ${release()}`,
	node: process.versions.node,
	browser
});

/** Everything that was measured, for programs. */
export const reportOf = (measured: readonly Measured[], machine: Machine, date: string) => ({
	date,
	machine,
	rows: measured.map(({ row, comparison }) => ({
		row,
		...comparison,
		by: comparison.by ?? 'median',
		ratio: ratioOf(comparison),
		outcome: outcomeOf(comparison)
	}))
});
