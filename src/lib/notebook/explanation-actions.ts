import type { ExplanationActions, ExplanationItem } from '$lib/ui/explanation';
import { claimAssert, claimCell, explanationMarkdown, explanationMdx } from './explanation-text';
import type { Entry, Notebook } from './notebook.svelte';
import { answerTo } from './try-call';

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
				},
		tries: canBeCalled(code)
			? {
					items: entry.tries.items(entry.cell.code),
					example: exampleOf(item),
					ask: (call) => void notebook.tryCall(entry, call, answerTo)
				}
			: undefined
	};
}

const canBeCalled = (code: string): boolean => /^\s*(async\s+def|def|class)\s/m.test(code);

/** A call that the explanation itself has made, for those who do not know how one looks. */
const exampleOf = ({ examples, edgeCases }: ExplanationItem): string =>
	[...examples, ...edgeCases]
		.map(({ claim }) => claim.probe)
		.find(({ call, setup = [] }) => call !== undefined && setup.length === 0)?.call ?? 'f([])';
