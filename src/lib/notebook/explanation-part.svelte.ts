import type ExplanationPanel from './ExplanationPanel.svelte';

let panel = $state.raw<typeof ExplanationPanel>();
let isMissing = $state(false);

/**
 * What shows explanations is a third of a lesson's page, and no lesson begins with one: it is fetched when the page has been drawn,
 * so that it is there without a server, too. A page with an explanation from an earlier visit loads it first.
 */
export const explanationPart = {
	/** `undefined` until it is there. */
	get panel() {
		return panel;
	},
	/** It could not be fetched; `load` tries again. */
	get isMissing() {
		return isMissing;
	},
	async load(): Promise<void> {
		if (panel !== undefined) return;
		isMissing = false;
		try {
			const [shown] = await Promise.all([import('./ExplanationPanel.svelte'), import('./built-in-answer')]);
			panel = shown.default;
		} catch {
			isMissing = true;
		}
	}
};
