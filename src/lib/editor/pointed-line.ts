import { EditorView } from '@codemirror/view';
import type { Attachment } from 'svelte/attachments';

/** Hears which line of the editor inside the pointer is on, or else the caret in it; `undefined` where neither is there. */
export function pointedLine(onpoint: (line: number | undefined) => void): Attachment<HTMLElement> {
	return (root) => {
		const viewIn = (): EditorView | null => {
			const content = root.querySelector<HTMLElement>('.cm-content');
			return content === null ? null : EditorView.findFromDOM(content);
		};
		const atPointer = ({ target }: Event): void => {
			const element = target instanceof Element ? target.closest('.cm-line') : null;
			const view = viewIn();
			if (view === null || element === null) return;
			onpoint(view.state.doc.lineAt(view.posAtDOM(element)).number);
		};
		const atCaret = (): void => {
			const view = viewIn();
			if (view?.hasFocus !== true) return onpoint(undefined);
			onpoint(view.state.doc.lineAt(view.state.selection.main.head).number);
		};
		const heard = [
			['pointerover', atPointer],
			['pointerleave', atCaret],
			['keyup', atCaret],
			// The focus is still in the editor while this is told.
			['focusout', () => onpoint(undefined)]
		] as const;
		for (const [name, hear] of heard) root.addEventListener(name, hear);
		return () => {
			for (const [name, hear] of heard) root.removeEventListener(name, hear);
		};
	};
}
