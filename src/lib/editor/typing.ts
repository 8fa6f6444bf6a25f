import { insertBracket } from '@codemirror/autocomplete';
import type { StateCommand } from '@codemirror/state';

/** What a key above an on-screen keyboard does. */
export type TouchKey = { type: string } | 'indent' | 'outdent' | 'undo' | 'redo';

/** What a key of the row above an on-screen keyboard types, as if it had been typed: brackets close, and wrap a selection. */
export const typeText =
	(text: string): StateCommand =>
	({ state, dispatch }) => {
		if (state.readOnly) return false;
		const typed = insertBracket(state, text);
		dispatch(
			typed ?? state.update(state.replaceSelection(text), { scrollIntoView: true, userEvent: 'input.type' })
		);
		return true;
	};
