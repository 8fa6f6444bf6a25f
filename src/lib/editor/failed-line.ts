import { RangeSet, StateEffect, StateField, type EditorState } from '@codemirror/state';
import { Decoration, EditorView, GutterMarker, gutterLineClass, WidgetType } from '@codemirror/view';

/** The line on which the last run failed, counted from 1, and what went wrong there. */
export type FailedLine = { line: number; message: string };

/** `undefined`, or a line outside the text: none has failed. */
export const markFailure = StateEffect.define<FailedLine | undefined>();

type Mark = { at: number; message: string };

/** A message is one line of this many characters; the whole of it is in the card under the cell. */
export const maxMessageChars = 300;

/** Goes with its line while the lines around it change, and is gone when the line itself does. */
export const failedLine = StateField.define<Mark | undefined>({
	create: () => undefined,
	update(mark, transaction) {
		const effect = transaction.effects.findLast((candidate) => candidate.is(markFailure));
		if (effect?.is(markFailure)) {
			const { value } = effect;
			if (value === undefined || value.line < 1 || value.line > transaction.newDoc.lines) return undefined;
			return { at: transaction.newDoc.line(value.line).from, message: shortened(value.message) };
		}
		if (mark === undefined || !transaction.docChanged) return mark;
		const line = transaction.startState.doc.lineAt(mark.at);
		const now = transaction.newDoc.lineAt(transaction.changes.mapPos(mark.at, 1));
		const isReplaced = transaction.changes.touchesRange(line.from, line.to) === 'cover';
		return isReplaced || now.text !== line.text ? undefined : { ...mark, at: now.from };
	},
	provide: (field) => [
		EditorView.decorations.compute([field], (state) => decorate(state, state.field(field))),
		gutterLineClass.compute([field], (state) => {
			const mark = state.field(field);
			return RangeSet.of<GutterMarker>(mark === undefined ? [] : [failedNumber.range(mark.at)]);
		})
	]
});

function decorate(state: EditorState, mark: Mark | undefined): RangeSet<Decoration> {
	if (mark === undefined) return Decoration.none;
	const { from, to } = state.doc.lineAt(mark.at);
	return Decoration.set([
		Decoration.line({ class: 'procoder-failed' }).range(from),
		Decoration.widget({ widget: new Message(mark.message), block: true, side: 1 }).range(to)
	]);
}

const failedNumber = new (class extends GutterMarker {
	override readonly elementClass = 'procoder-failed-number';
})();

/** By what they watch for: an element outlives the message that made it when an equal one takes its place. */
const observers = new WeakMap<HTMLElement, ResizeObserver>();

class Message extends WidgetType {
	readonly #text: string;

	constructor(text: string) {
		super();
		this.#text = text;
	}

	override eq(other: Message): boolean {
		return other.#text === this.#text;
	}

	override toDOM({ scrollDOM, contentDOM }: EditorView): HTMLElement {
		const element = document.createElement('div');
		element.className = 'procoder-failure';
		element.textContent = this.#text;
		// As wide as what is seen of the code, and in view when that is scrolled: the longest line may be far wider.
		const observer = new ResizeObserver(() => {
			element.style.left = `${contentDOM.offsetLeft}px`;
			element.style.width = `${scrollDOM.clientWidth - contentDOM.offsetLeft}px`;
		});
		observer.observe(scrollDOM);
		observers.set(element, observer);
		return element;
	}

	override destroy(element: HTMLElement): void {
		observers.get(element)?.disconnect();
	}

	/** So that it can be selected and copied. */
	override ignoreEvent(): boolean {
		return true;
	}
}

function shortened(message: string): string {
	const [first = ''] = message.trim().split(/[\r\n]/, 1);
	return first.length > maxMessageChars ? `${first.slice(0, maxMessageChars)}…` : first;
}
