import { closeBrackets, closeBracketsKeymap, closeCompletion } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, simplifySelection } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, type Command } from '@codemirror/view';
import { completion, type CompletionOptions } from './completion';
import { failedLine } from './failed-line';
import { indent, outdent, outdentAfterLeaving } from './indentation';
import { litLines } from './lines';
import { theme } from './theme';

export type EditorOptions = CompletionOptions & {
	/** The editor's accessible name, and what a screen reader is told about leaving it. */
	label: string;
	describedBy: string;
	/** What the list of completions is called. */
	completions: string;
	/** `false`: nothing can be typed; the code can still be walked through, copied and run. */
	editable: boolean;
	/** Ctrl/Cmd-Enter: run and stay. */
	onrun: () => void;
	/** Shift-Enter: run and go on to the next cell. */
	onrunnext: () => void;
	/** Escape, where nothing of the editor is left to close: takes the focus. Without it the next Tab leaves. */
	onescape: (() => void) | undefined;
};

/** Everything a cell's editor does. */
export function editorSetup(options: EditorOptions): Extension {
	const run =
		(then: () => void): Command =>
		(view) => {
			closeCompletion(view);
			then();
			return true;
		};
	return [
		Prec.highest(
			keymap.of([
				{ key: 'Shift-Enter', run: run(options.onrunnext) },
				{ key: 'Mod-Enter', run: run(options.onrun) }
			])
		),
		lineNumbers(),
		history(),
		// Cursor and selection are the browser's own: drawn by CodeMirror, they cost each key a second layout of the page.
		indentOnInput(),
		outdentAfterLeaving,
		bracketMatching(),
		indentUnit.of('    '),
		EditorState.tabSize.of(4),
		EditorState.readOnly.of(!options.editable),
		EditorState.phrases.of({ Completions: options.completions }),
		// The language alone: what it would complete by itself are whole statements with fields to fill in.
		pythonLanguage,
		litLines,
		failedLine,
		theme,
		// Where nothing can be typed, Tab goes on to the next control.
		options.editable ? typing(options) : [],
		keymap.of([...defaultKeymap, ...historyKeymap]),
		EditorView.contentAttributes.of({
			'aria-label': options.label,
			'aria-describedby': options.describedBy,
			// Focusable without it; said for who asks how the scroller around it is reached by keyboard.
			tabindex: '0',
			// Phones must not "correct" code.
			autocapitalize: 'off',
			autocorrect: 'off',
			spellcheck: 'false'
		})
	];
}

const typing = (options: EditorOptions): Extension => [
	completion(options),
	closeBrackets(),
	keymap.of([
		...closeBracketsKeymap,
		{ key: 'Tab', run: indent, shift: outdent },
		{ key: 'Escape', run: leave(options.onescape) }
	]),
	EditorView.domEventObservers({ focus: keepTabAgain, mousedown: keepTabAgain })
];

/**
 * After Escape the next Tab leaves the editor, however long somebody takes to find that key: CodeMirror itself waits two seconds.
 * Its own handler would put them back, so this is where Escape ends.
 */
const leave =
	(onescape: EditorOptions['onescape']): Command =>
	(view) => {
		simplifySelection(view);
		if (onescape === undefined) view.setTabFocusMode(Number.POSITIVE_INFINITY);
		else onescape();
		return true;
	};

const keepTabAgain = (_event: Event, view: EditorView): void => view.setTabFocusMode(false);
