import type { Block } from '$lib/domain/lesson';
import type { Markdown } from '$lib/domain/markdown';

/**
 * Splits the prose at `index` where it follows a cell that is to be predicted: `told` may say what the cell shows, so it waits for
 * the prediction; `rest` does not. A heading begins something else, and notes are jumped to from anywhere in the lesson.
 */
export function splitAfterPrediction(
	blocks: readonly Block[],
	index: number
): { told: readonly Markdown[]; rest: readonly Markdown[] } {
	const block = blocks[index];
	const before = blocks[index - 1];
	if (block?.kind !== 'prose') return { told: [], rest: [] };
	const isTold = before?.kind === 'cell' && before.cell.role !== 'setup' && before.cell.predict === true;
	if (!isTold) return { told: [], rest: block.nodes };
	const end = block.nodes.findIndex(({ kind }) => kind === 'heading' || kind === 'footnotes');
	const told = end < 0 ? block.nodes : block.nodes.slice(0, end);
	return { told, rest: block.nodes.slice(told.length) };
}
