import { EditorView } from '@codemirror/view';

/** The line of code that an element of an editor shows; `undefined` where there is no editor. */
export function lineAtElement(content: HTMLElement, element: Element): number | undefined {
	const view = EditorView.findFromDOM(content);
	return view?.state.doc.lineAt(view.posAtDOM(element)).number;
}

/** The line that the caret is on, where the editor has the focus. */
export function lineAtCaret(content: HTMLElement): number | undefined {
	const view = EditorView.findFromDOM(content);
	return view?.hasFocus === true ? view.state.doc.lineAt(view.state.selection.main.head).number : undefined;
}
