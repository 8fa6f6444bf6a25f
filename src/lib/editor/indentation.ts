import { indentLess, indentMore } from '@codemirror/commands';
import { getIndentUnit, indentService, syntaxTree } from '@codemirror/language';
import { countColumn, EditorSelection, type EditorState, type StateCommand } from '@codemirror/state';

/** After these a block is over: what follows on the same level would never run. */
const leaves = /^\s*(?:return|pass|break|continue|raise)\b/;
const quotesAndBrackets = /String|Expression$|ArgList|ParamList|Subscript/;

/** The line after `return` and its like begins one level further out. Everything else is the language's. */
export const outdentAfterLeaving = indentService.of((context, at) => {
	if (context.simulatedBreak !== at) return undefined;
	const { text } = context.lineAt(at, -1);
	if (!leaves.test(text) || text.endsWith('\\') || isOpen(context.state, at)) return undefined;
	const indentation = countColumn(text, context.state.tabSize, text.search(/\S/));
	return Math.max(0, indentation - context.unit);
});

/** Within a text or brackets, or with one of them not closed yet, the statement goes on in the next line. */
function isOpen(state: EditorState, at: number): boolean {
	for (let node = syntaxTree(state).resolveInner(at, -1); ;) {
		if (node.from < at && quotesAndBrackets.test(node.name)) {
			const [first, last] = [node.firstChild, node.lastChild];
			const isBracketed = first !== null && /^[([{]$/.test(first.name);
			if (node.to > at && (isBracketed || node.name.endsWith('String'))) return true;
			if (isBracketed && (last === null || !/^[)\]}]$/.test(last.name))) return true;
		}
		if (node.parent === null) return false;
		node = node.parent;
	}
}

/** Tab: a selection goes one level further in; else spaces up to the next level, wherever the cursor stands. */
export const indent: StateCommand = ({ state, dispatch }) => {
	if (state.readOnly) return false;
	if (state.selection.ranges.some((range) => !range.empty)) return indentMore({ state, dispatch });
	const unit = getIndentUnit(state);
	const spec = state.changeByRange(({ head }) => {
		const line = state.doc.lineAt(head);
		const column = countColumn(line.text, state.tabSize, head - line.from);
		const insert = ' '.repeat(unit - (column % unit));
		return { changes: { from: head, insert }, range: EditorSelection.cursor(head + insert.length) };
	});
	dispatch(state.update(spec, { scrollIntoView: true, userEvent: 'input.indent' }));
	return true;
};

export const outdent: StateCommand = indentLess;
