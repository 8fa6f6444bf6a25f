import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { markedLines } from './lines';
import { theme } from './theme';

export type EditorOptions = {
	/** The editor's accessible name, and what a screen reader is told about leaving it. */
	label: string;
	describedBy: string;
	/** `false`: nothing can be typed; the code can still be walked through, copied and run. */
	editable: boolean;
	onchange: (code: string) => void;
	/** Ctrl/Cmd-Enter: run and stay. */
	onrun: () => void;
	/** Shift-Enter: run and go on to the next cell. */
	onrunnext: () => void;
};

/** Everything a cell's editor does. Escape and then Tab leaves it: CodeMirror lets one Tab through after Escape. */
export function editorSetup(options: EditorOptions): Extension {
	const run = (then: () => void) => () => {
		then();
		return true;
	};
	return [
		lineNumbers(),
		history(),
		drawSelection(),
		indentOnInput(),
		bracketMatching(),
		indentUnit.of('    '),
		EditorState.tabSize.of(4),
		EditorState.readOnly.of(!options.editable),
		python(),
		markedLines,
		theme,
		Prec.highest(
			keymap.of([
				{ key: 'Shift-Enter', run: run(options.onrunnext) },
				{ key: 'Mod-Enter', run: run(options.onrun) }
			])
		),
		// Where nothing can be typed, Tab goes on to the next control.
		keymap.of([...defaultKeymap, ...historyKeymap, ...(options.editable ? [indentWithTab] : [])]),
		EditorView.contentAttributes.of({
			'aria-label': options.label,
			'aria-describedby': options.describedBy,
			// Phones must not "correct" code.
			autocapitalize: 'off',
			autocorrect: 'off',
			spellcheck: 'false'
		}),
		EditorView.updateListener.of((update) => {
			if (update.docChanged) options.onchange(update.state.doc.toString());
		})
	];
}
