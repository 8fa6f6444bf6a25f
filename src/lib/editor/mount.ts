import { isolateHistory, redo, undo } from '@codemirror/commands';
import { Annotation, Compartment, EditorState, type StateCommand } from '@codemirror/state';
import { EditorView, tooltips } from '@codemirror/view';
import { difference } from './difference';
import { markFailure, type FailedLine } from './failed-line';
import { indent, outdent } from './indentation';
import { lightLines, type LitLines } from './lines';
import { editorSetup, type EditorOptions } from './setup';
import { typeText, type TouchKey } from './typing';

/** Comes with the editor: only a finger needs it, and only there. */
export { default as KeyRow } from './KeyRow.svelte';

export type MountOptions = EditorOptions & {
	code: string;
	onchange: (code: string) => void;
};

export type MountedEditor = {
	/** The text as it is. */
	readonly code: string;
	/** Another text from outside: one step to undo. */
	replace(code: string): void;
	light(lines: LitLines | undefined): void;
	markFailed(line: FailedLine | undefined): void;
	press(key: TouchKey): void;
	focus(): void;
	/** Something covers so many pixels at the bottom of the window: cursor and lists keep clear of it. */
	cover(pixels: number): void;
	destroy(): void;
};

/** CodeMirror's own. */
const cursorMargin = 5;

const fromOutside = Annotation.define<true>();
const commands: Record<Exclude<TouchKey, object>, StateCommand> = { indent, outdent, undo, redo };

/** The one module that the page loads for the editor, after the lesson can be read. */
export function mountEditor(parent: HTMLElement, options: MountOptions): MountedEditor {
	// Kept, so that nobody writes a long text out twice for one key.
	let code = normal(options.code);
	let covered = 0;
	const margin = new Compartment();
	const view = new EditorView({
		parent,
		state: EditorState.create({
			doc: code,
			extensions: [
				editorSetup(options),
				tooltips({
					tooltipSpace: ({ dom }) => {
						const { innerWidth, innerHeight } = dom.ownerDocument.defaultView ?? window;
						return { top: 0, left: 0, right: innerWidth, bottom: innerHeight - covered };
					}
				}),
				// Not `scrollMargins`: they are taken off the editor, not the window, and hide the lists of a short one.
				margin.of([]),
				EditorView.updateListener.of((update) => {
					if (!update.docChanged) return;
					code = update.state.doc.toString();
					if (!update.transactions.some((transaction) => transaction.annotation(fromOutside)))
						options.onchange(code);
				})
			]
		})
	});
	return {
		get code() {
			return code;
		},
		replace(next) {
			if (next === code) return;
			const wanted = normal(next);
			if (wanted === code) return;
			view.dispatch({
				changes: difference(code, wanted),
				annotations: [isolateHistory.of('full'), fromOutside.of(true)],
				userEvent: 'input.replace'
			});
		},
		light: (lines) => view.dispatch({ effects: lightLines.of(lines) }),
		markFailed: (line) => view.dispatch({ effects: markFailure.of(line) }),
		press: (key) => (typeof key === 'object' ? typeText(key.type) : commands[key])(view),
		focus: () => view.focus(),
		cover(pixels) {
			covered = pixels;
			const y = cursorMargin + pixels;
			const reveal = EditorView.scrollIntoView(view.state.selection.main.head, { yMargin: y });
			view.dispatch({
				effects: [
					margin.reconfigure(EditorView.cursorScrollMargin.of({ x: cursorMargin, y })),
					...(pixels > 0 ? [reveal] : [])
				]
			});
		},
		destroy: () => view.destroy()
	};
}

/** As CodeMirror keeps it. */
const normal = (code: string): string => code.replace(/\r\n?/g, '\n');
