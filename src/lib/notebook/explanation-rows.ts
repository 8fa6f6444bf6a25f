/** Where a block stands in the grid of a notebook, and the line at which the room of its explanation ends. */
export type BlockRows = { readonly cell: number; readonly until: number };

/**
 * The rows of `count` blocks, one below the other; each in `explained` (from 0) has an explanation beside it, whose room ends where the
 * next one begins. `template` gives what an explanation is longer than its blocks to the last row beside it: otherwise the browser shares
 * it out among all of them, and tears the text apart.
 */
export function explanationRows(
	count: number,
	explained: readonly number[]
): { rows: readonly BlockRows[]; template: string } {
	const starts = explained.map((index) => index + 1);
	const end = count + 1;
	const rows = Array.from({ length: count }, (_, index) => ({
		cell: index + 1,
		until: starts.find((start) => start > index + 1) ?? end
	}));
	const last = new Set(explained.map((index) => (rows[index]?.until ?? end) - 1));
	// A share this small takes the rest of a spanning part alone, and makes no two rows equally high. Not `auto`: that may be nothing.
	const tracks = rows.map(({ cell }) => (last.has(cell) ? 'minmax(min-content, 0.001fr)' : 'auto'));
	return { rows, template: last.size === 0 ? 'none' : tracks.join(' ') };
}
