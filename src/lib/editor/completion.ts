import {
	acceptCompletion,
	autocompletion,
	closeCompletion,
	completionStatus,
	moveCompletionSelection,
	selectedCompletionIndex,
	setSelectedCompletion,
	startCompletion,
	type Completion,
	type CompletionContext,
	type CompletionResult
} from '@codemirror/autocomplete';
import { localCompletionSource } from '@codemirror/lang-python';
import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import { Prec, StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, type Command } from '@codemirror/view';
import type { AskMembers, Members, MemberQuery } from './members';
import { definedNames, pythonsOwn } from './python-names';

/** A list opens by itself from so many letters on. */
const lettersToOpen = 2;
/** Python is waited for this long: a list that comes later is in the way. */
const waitMs = 150;
/** A large cell is read for so long when a dot is typed; what has not been read by then has no list. */
const parseMs = 20;

export type CompletionOptions = {
	/** The code of the cells above, in their order. */
	above: () => readonly string[];
	members: AskMembers;
};

const openAsked = StateEffect.define();

/** Whether somebody asked for the list that is open, or is about to be: then Enter takes from it. */
const isAskedFor = StateField.define<boolean>({
	create: () => false,
	update(asked, transaction) {
		if (transaction.effects.some((effect) => effect.is(openAsked))) return true;
		return asked && completionStatus(transaction.state) !== null;
	}
});

/**
 * Lists that help who wants them, and leave alone who does not: one that came up by itself has nothing selected, so Enter is still
 * a new line. Tab accepts always; Escape closes the list before it does anything else.
 */
export function completion(options: CompletionOptions): Extension {
	return [
		autocompletion({
			override: [names(options), attributes(options)],
			selectOnOpen: false,
			defaultKeymap: false,
			icons: false,
			maxRenderedOptions: 60
		}),
		isAskedFor,
		EditorView.updateListener.of(({ view, state }) => {
			if (state.field(isAskedFor) && isOpenUnselected(state))
				view.dispatch({ effects: setSelectedCompletion(0) });
		}),
		Prec.highest(
			keymap.of([
				{ key: 'Ctrl-Space', run: open },
				{ key: 'Escape', run: closeShown },
				{ key: 'ArrowDown', run: moveCompletionSelection(true) },
				{ key: 'ArrowUp', run: moveCompletionSelection(false) },
				{ key: 'PageDown', run: moveCompletionSelection(true, 'page') },
				{ key: 'PageUp', run: moveCompletionSelection(false, 'page') },
				// With nothing selected it accepts nothing.
				{ key: 'Enter', run: acceptCompletion },
				{ key: 'Tab', run: acceptFirst }
			])
		)
	];
}

/** A list that is still being looked for is nothing that somebody sees: Escape ends that too, and goes on to what it means otherwise. */
const closeShown: Command = (view) => {
	const isShown = completionStatus(view.state) === 'active';
	closeCompletion(view);
	return isShown;
};

const isOpenUnselected = (state: EditorState): boolean =>
	completionStatus(state) === 'active' && (selectedCompletionIndex(state) ?? -1) < 0;

const open: Command = (view) => {
	if (view.state.readOnly) return false;
	view.dispatch({ effects: openAsked.of(null) });
	return startCompletion(view);
};

const acceptFirst: Command = (view) => {
	if (isOpenUnselected(view.state)) view.dispatch({ effects: setSelectedCompletion(0) });
	return acceptCompletion(view);
};

/** Names of this cell and those above it, and Python's own. */
export function names({ above }: CompletionOptions) {
	// The cells above seldom change while this one is typed in.
	const read = new Map<string, Completion[]>();
	const known = (): Completion[] => {
		const codes = above();
		for (const code of read.keys()) if (!codes.includes(code)) read.delete(code);
		return codes.flatMap((code) => {
			const found = read.get(code) ?? definedNames(code);
			read.set(code, found);
			return found;
		});
	};
	return (context: CompletionContext): CompletionResult | null => {
		const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
		const length = word === null ? 0 : word.to - word.from;
		if (!context.explicit && length < lettersToOpen) return null;
		const from = word?.from ?? context.pos;
		if (!isPlaceForName(context, from)) return null;
		const own = localCompletionSource(context);
		// Not waited for: it reads the tree that is there.
		const here = own === null || own instanceof Promise ? [] : own.options;
		const options = withoutRepeats([...here, ...known(), ...pythonsOwn]);
		return { from, options, validFor: /^[\p{L}\p{N}_]*$/u };
	};
}

/** Not in a text or a comment, behind a dot or a number, nor where a name is invented. */
function isPlaceForName({ state, pos }: CompletionContext, from: number): boolean {
	const node = syntaxTree(state).resolveInner(pos, -1);
	if (/^(?:Comment|String|FormatString|PropertyName|Number)$/.test(node.name)) return false;
	const line = state.doc.lineAt(from);
	const before = state.sliceDoc(line.from, from);
	return !/(?:[\p{N}_]|\.\s*|\b(?:def|class|as)\s+)$/u.test(before);
}

function withoutRepeats(options: readonly Completion[]): Completion[] {
	const found = new Map<string, Completion>();
	for (const option of options) if (!found.has(option.label)) found.set(option.label, option);
	return [...found.values()];
}

/** What the value before a dot has, asked of Python. */
export function attributes({ members }: CompletionOptions) {
	return async (context: CompletionContext): Promise<CompletionResult | null> => {
		const typed = context.matchBefore(/\.[\p{L}\p{N}_]*/u);
		if (typed === null) return null;
		const from = typed.from + 1;
		const value = valueBefore(context.state, typed.from);
		if (value === undefined) return null;
		const found = await within(
			waitMs,
			members({ ...value, private: context.state.sliceDoc(from, from + 1) === '_' })
		);
		if (found === undefined || found === null || found.length === 0 || context.aborted) return null;
		return { from, options: found.map(optionOf), validFor: /^[\p{L}\p{N}_]*$/u };
	};
}

const types: Record<string, string> = {
	String: 'str',
	ContinuedString: 'str',
	FormatString: 'str',
	ArrayExpression: 'list',
	ArrayComprehensionExpression: 'list',
	DictionaryExpression: 'dict',
	DictionaryComprehensionExpression: 'dict',
	SetExpression: 'set',
	TupleExpression: 'tuple'
};

/** How to find the value before the dot at `dot` without running anything: by names, or as a literal. */
export function valueBefore(
	state: EditorState,
	dot: number
): Pick<MemberQuery, 'path' | 'instance'> | undefined {
	const tree = ensureSyntaxTree(state, dot + 1, parseMs);
	const member = tree?.resolve(dot + 1, -1);
	const outer = member?.name === '.' ? member.parent : member;
	const value = outer?.name === 'MemberExpression' ? outer.firstChild : null;
	if (value === null || value.to > dot) return undefined;
	const literal = types[value.name];
	if (literal !== undefined) {
		const isBytes = value.name.endsWith('String') && /^[rR]?[bB]/.test(state.sliceDoc(value.from, value.to));
		return { path: [isBytes ? 'bytes' : literal], instance: true };
	}
	const path: string[] = [];
	for (let node = value; ;) {
		if (node.name === 'VariableName') {
			path.unshift(state.sliceDoc(node.from, node.to));
			return { path, instance: false };
		}
		const [first, last] = [node.firstChild, node.lastChild];
		if (node.name !== 'MemberExpression' || first === null || last?.name !== 'PropertyName') return undefined;
		path.unshift(state.sliceDoc(last.from, last.to));
		node = first;
	}
}

const optionOf = ({ name, kind, detail }: NonNullable<Members>[number]): Completion => ({
	label: name,
	type: kind === 'module' ? 'namespace' : kind === 'value' ? 'property' : kind,
	...(detail === '' ? {} : { detail })
});

/** `undefined` where it took longer, or failed. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
	const timeout = Promise.withResolvers<undefined>();
	const timer = setTimeout(() => timeout.resolve(undefined), ms);
	try {
		return await Promise.race([promise, timeout.promise]);
	} catch {
		return undefined;
	} finally {
		clearTimeout(timer);
	}
}
