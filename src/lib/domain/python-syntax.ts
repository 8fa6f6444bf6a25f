import { tokensOf, type Mark, type PyToken } from './python-tokens';
import type { PyAtom } from './python-value';

/** The part of Python's syntax that literals and plain calls are written in. Parentheses leave no trace, as in `ast`. */
export type PyNode =
	| { readonly kind: 'constant'; readonly value: PyAtom }
	| { readonly kind: 'name'; readonly name: string }
	| { readonly kind: 'tuple' | 'list' | 'set'; readonly items: readonly PyNode[] }
	| { readonly kind: 'dict'; readonly entries: readonly (readonly [PyNode, PyNode])[] }
	| { readonly kind: 'sign'; readonly sign: '+' | '-'; readonly operand: PyNode }
	| { readonly kind: 'sum'; readonly sign: '+' | '-'; readonly left: PyNode; readonly right: PyNode }
	| { readonly kind: 'attribute'; readonly owner: PyNode; readonly name: string }
	| {
			readonly kind: 'call';
			readonly callee: PyNode;
			readonly args: readonly PyNode[];
			readonly keywords: readonly { readonly name: string; readonly value: PyNode }[];
	  };

/** An expression, or `target = expression`. */
export type PyStatement = { readonly target?: PyNode; readonly value: PyNode };

/** One expression; `undefined` where the text is none, or one that this part of the syntax does not have. */
export function parseExpression(text: string): PyNode | undefined {
	return parseWhole(text, (cursor) => expressionList(cursor));
}

/** One expression or assignment; `undefined` where the text is neither, or more than one. */
export function parseStatement(text: string): PyStatement | undefined {
	return parseWhole(text, (cursor) => {
		const first = expressionList(cursor);
		if (!cursor.take('=')) {
			cursor.take(';');
			return { value: first };
		}
		const value = expressionList(cursor);
		cursor.take(';');
		return { target: first, value };
	});
}

/** Thrown and caught in this file alone, so that each rule can be written as if the text were right. */
class NotThisSyntax extends Error {}

function parseWhole<Result>(text: string, rule: (cursor: Cursor) => Result): Result | undefined {
	const tokens = tokensOf(text);
	if (tokens === undefined) return undefined;
	const cursor = cursorOver(tokens);
	try {
		const result = rule(cursor);
		return cursor.isAtEnd() ? result : undefined;
	} catch (error) {
		// A chain such as `+ + + … 1` is as deep as it is long.
		if (error instanceof NotThisSyntax || error instanceof RangeError) return undefined;
		throw error;
	}
}

type Cursor = {
	next: () => PyToken | undefined;
	peek: (ahead?: number) => PyToken | undefined;
	/** Steps over the mark if it is the next token. */
	take: (mark: Mark) => boolean;
	isAt: (mark: Mark, ahead?: number) => boolean;
	isAtEnd: () => boolean;
};

function cursorOver(tokens: readonly PyToken[]): Cursor {
	let at = 0;
	const isAt = (mark: Mark, ahead = 0): boolean => {
		const token = tokens[at + ahead];
		return token?.kind === 'mark' && token.mark === mark;
	};
	return {
		next: () => {
			at += 1;
			return tokens[at - 1];
		},
		peek: (ahead = 0) => tokens[at + ahead],
		take: (mark) => {
			const is = isAt(mark);
			if (is) at += 1;
			return is;
		},
		isAt,
		isAtEnd: () => tokens.slice(at).every((token) => token.kind === 'line-end')
	};
}

function expect(cursor: Cursor, mark: Mark): void {
	if (!cursor.take(mark)) throw new NotThisSyntax();
}

/** `a` or the tuple `a, b`, with or without a comma at the end. */
function expressionList(cursor: Cursor): PyNode {
	const first = sum(cursor);
	if (!cursor.isAt(',')) return first;
	const items = [first];
	while (cursor.take(',')) {
		const token = cursor.peek();
		const isOver = token === undefined || token.kind === 'line-end';
		if (isOver || (token.kind === 'mark' && [')', '=', ';'].includes(token.mark))) break;
		items.push(sum(cursor));
	}
	return { kind: 'tuple', items };
}

function sum(cursor: Cursor): PyNode {
	let left = signed(cursor);
	for (;;) {
		const sign = takeSign(cursor);
		if (sign === undefined) return left;
		left = { kind: 'sum', sign, left, right: signed(cursor) };
	}
}

function signed(cursor: Cursor): PyNode {
	const sign = takeSign(cursor);
	return sign === undefined ? primary(cursor) : { kind: 'sign', sign, operand: signed(cursor) };
}

function takeSign(cursor: Cursor): '+' | '-' | undefined {
	if (cursor.take('+')) return '+';
	return cursor.take('-') ? '-' : undefined;
}

function primary(cursor: Cursor): PyNode {
	let node = atom(cursor);
	for (;;) {
		if (cursor.take('.')) {
			const token = cursor.next();
			if (token?.kind !== 'name') throw new NotThisSyntax();
			node = { kind: 'attribute', owner: node, name: token.name };
		} else if (cursor.take('(')) {
			node = { kind: 'call', callee: node, ...callArguments(cursor) };
		} else {
			return node;
		}
	}
}

function callArguments(cursor: Cursor) {
	const args: PyNode[] = [];
	const keywords: { name: string; value: PyNode }[] = [];
	while (!cursor.take(')')) {
		const token = cursor.peek();
		if (token?.kind === 'name' && cursor.isAt('=', 1)) {
			cursor.next();
			cursor.next();
			if (keywords.some(({ name }) => name === token.name)) throw new NotThisSyntax();
			keywords.push({ name: token.name, value: sum(cursor) });
		} else {
			if (keywords.length > 0) throw new NotThisSyntax();
			args.push(sum(cursor));
		}
		if (!cursor.isAt(')')) expect(cursor, ',');
	}
	return { args, keywords };
}

function atom(cursor: Cursor): PyNode {
	const token = cursor.next();
	if (token === undefined) throw new NotThisSyntax();
	switch (token.kind) {
		case 'constant':
			return { kind: 'constant', value: joinStrings(token.value, cursor) };
		case 'name':
			return { kind: 'name', name: token.name };
		case 'line-end':
			throw new NotThisSyntax();
		case 'mark':
			return bracketed(token.mark, cursor);
	}
}

/** Strings side by side are one string; text and bytes don't mix. */
function joinStrings(first: PyAtom, cursor: Cursor): PyAtom {
	let joined = first;
	for (;;) {
		const token = cursor.peek();
		if (token?.kind !== 'constant') return joined;
		const { value } = token;
		if (joined.kind === 'str' && value.kind === 'str') {
			joined = { kind: 'str', points: [...joined.points, ...value.points] };
		} else if (joined.kind === 'bytes' && value.kind === 'bytes') {
			joined = { kind: 'bytes', bytes: [...joined.bytes, ...value.bytes] };
		} else {
			throw new NotThisSyntax();
		}
		cursor.next();
	}
}

function bracketed(mark: Mark, cursor: Cursor): PyNode {
	if (mark === '(') {
		if (cursor.take(')')) return { kind: 'tuple', items: [] };
		const inside = expressionList(cursor);
		expect(cursor, ')');
		return inside;
	}
	if (mark === '[') return { kind: 'list', items: itemsUntil(']', cursor) };
	if (mark !== '{') throw new NotThisSyntax();
	if (cursor.take('}')) return { kind: 'dict', entries: [] };
	const first = sum(cursor);
	return cursor.isAt(':') ? dictAfter(first, cursor) : setAfter(first, cursor);
}

function itemsUntil(close: Mark, cursor: Cursor): PyNode[] {
	const items: PyNode[] = [];
	while (!cursor.take(close)) {
		items.push(sum(cursor));
		if (!cursor.isAt(close)) expect(cursor, ',');
	}
	return items;
}

function setAfter(first: PyNode, cursor: Cursor): PyNode {
	if (!cursor.isAt('}')) expect(cursor, ',');
	return { kind: 'set', items: [first, ...itemsUntil('}', cursor)] };
}

function dictAfter(firstKey: PyNode, cursor: Cursor): PyNode {
	const entries: [PyNode, PyNode][] = [];
	let key = firstKey;
	for (;;) {
		expect(cursor, ':');
		entries.push([key, sum(cursor)]);
		if (!cursor.isAt('}')) expect(cursor, ',');
		if (cursor.take('}')) return { kind: 'dict', entries };
		key = sum(cursor);
	}
}
