import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';

/** Row "typing": CodeMirror with Python, line numbers and undo, alone on a page. */
export function openEditor(): void {
	const parent = document.body.appendChild(document.createElement('div'));
	const extensions = [lineNumbers(), history(), python(), keymap.of([...defaultKeymap, ...historyKeymap])];
	new EditorView({ parent, extensions }).focus();
}
