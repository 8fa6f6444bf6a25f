import { StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** Lines from and to, counted from 1; those outside the text are left out. */
export type LitLines = { from: number; to: number };

export const lightLines = StateEffect.define<LitLines | undefined>();

const lit = Decoration.line({ class: 'procoder-lit' });

function decorate(doc: Text, lines: LitLines | undefined): DecorationSet {
	if (lines === undefined) return Decoration.none;
	const marks = [];
	for (let line = Math.max(1, lines.from); line <= Math.min(doc.lines, lines.to); line++)
		marks.push(lit.range(doc.line(line).from));
	return Decoration.set(marks);
}

/** Marks move with the text while it is edited, until the next marks come. */
export const litLines: Extension = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(marks, transaction) {
		const effect = transaction.effects.findLast((candidate) => candidate.is(lightLines));
		if (effect?.is(lightLines)) return decorate(transaction.newDoc, effect.value);
		return marks.map(transaction.changes);
	},
	provide: (field) => EditorView.decorations.from(field)
});
