import { StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** Lines to set apart, counted from 1; those outside the text are left out. */
export type MarkedLines = {
	lit?: { from: number; to: number } | undefined;
	error?: number | undefined;
};

export const markLines = StateEffect.define<MarkedLines>();

function decorate(doc: Text, { lit, error }: MarkedLines): DecorationSet {
	const exists = (line: number): boolean => line >= 1 && line <= doc.lines;
	const marks: { line: number; name: string }[] = [];
	if (lit !== undefined) {
		for (let line = lit.from; line <= lit.to; line++)
			if (exists(line)) marks.push({ line, name: 'procoder-lit' });
	}
	if (error !== undefined && exists(error)) marks.push({ line: error, name: 'procoder-error' });
	return Decoration.set(
		marks.map(({ line, name }) => Decoration.line({ class: name }).range(doc.line(line).from)),
		true
	);
}

/** Marks move with the text while it is edited, until the next marks come. */
export const markedLines: Extension = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(marks, transaction) {
		const effect = transaction.effects.findLast((candidate) => candidate.is(markLines));
		if (effect?.is(markLines)) return decorate(transaction.newDoc, effect.value);
		return marks.map(transaction.changes);
	},
	provide: (field) => EditorView.decorations.from(field)
});
