import type { ExplanationActions, ExplanationItem } from '$lib/ui/explanation';
import { claimAssert, claimCell, explanationMarkdown, explanationMdx } from './explanation-text';
import type { Entry, Notebook } from './notebook.svelte';

/** What the card of a cell's explanation can do, besides showing it. */
export function explanationActions(
	notebook: Notebook,
	entry: Entry,
	item: ExplanationItem
): ExplanationActions {
	const code = entry.tutor.code ?? '';
	return {
		text: (format) => (format === 'mdx' ? explanationMdx : explanationMarkdown)(item, code),
		assertion: (claim) => claimAssert(claim, code),
		run: item.stale
			? undefined
			: (claim) => {
					const below = claimCell(claim, code);
					if (below !== undefined) void notebook.runScratch(entry, below);
				}
	};
}
