import type { PyAtom } from './python-value';

/** One string as it stands in the source, decoded, and the position after it. */
export type ScannedString = { value: Extract<PyAtom, { kind: 'str' | 'bytes' }>; end: number };

const opening = /([uU]|[rR]|[bB][rR]?|[rR][bB])?("""|'''|"|')/y;

/** Whether a string begins at this position, f-strings and t-strings apart: those are no literals. */
export function stringAt(source: string, at: number): ScannedString | undefined {
	opening.lastIndex = at;
	const open = opening.exec(source);
	const quote = open?.[2];
	if (open === null || quote === undefined) return undefined;
	const prefix = (open[1] ?? '').toLowerCase();
	const from = at + open[0].length;
	const close = closingQuote(source, from, quote);
	if (close === undefined) return undefined;
	const points = Array.from(source.slice(from, close), (character) => character.codePointAt(0) ?? 0);
	const isBytes = prefix.includes('b');
	if (isBytes && points.some((point) => point > 0x7f)) return undefined;
	const decoded = prefix.includes('r') ? points : unescape(points, isBytes);
	if (decoded === undefined) return undefined;
	const value = isBytes
		? { kind: 'bytes' as const, bytes: decoded }
		: { kind: 'str' as const, points: decoded };
	return { value, end: close + quote.length };
}

function closingQuote(source: string, from: number, quote: string): number | undefined {
	for (let at = from; at < source.length; at += 1) {
		// Not even a raw string ends at a quote after a backslash.
		if (source[at] === '\\') at += 1;
		else if (source[at] === '\n' && quote.length === 1) return undefined;
		else if (source.startsWith(quote, at)) return at;
	}
	return undefined;
}

const code = (character: string): number => character.charCodeAt(0);
const backslash = code('\\');

/** What a backslash and one more character stand for; nothing for a backslash at a line's end. */
const simple: ReadonlyMap<number, readonly number[]> = new Map([
	[code('\n'), []],
	[backslash, [backslash]],
	[code("'"), [code("'")]],
	[code('"'), [code('"')]],
	[code('a'), [7]],
	[code('b'), [8]],
	[code('f'), [12]],
	[code('n'), [10]],
	[code('r'), [13]],
	[code('t'), [9]],
	[code('v'), [11]]
]);

const hexDigits: ReadonlyMap<number, number> = new Map([
	[code('x'), 2],
	[code('u'), 4],
	[code('U'), 8]
]);

/** `undefined` for an escape that is cut short, and for `\N{name}`: there is no table of Unicode's names here. */
function unescape(points: readonly number[], isBytes: boolean): number[] | undefined {
	const decoded: number[] = [];
	let at = 0;
	while (at < points.length) {
		const point = points[at] ?? 0;
		const next = points[at + 1];
		if (point !== backslash || next === undefined) {
			decoded.push(point);
			at += 1;
			continue;
		}
		const meaning = simple.get(next);
		const digits = isBytes && next !== code('x') ? undefined : hexDigits.get(next);
		if (meaning !== undefined) {
			decoded.push(...meaning);
			at += 2;
		} else if (isOctal(next)) {
			const taken = octalAt(points, at + 1);
			decoded.push(isBytes ? taken.value & 0xff : taken.value);
			at += 1 + taken.length;
		} else if (digits !== undefined) {
			const hex = String.fromCodePoint(...points.slice(at + 2, at + 2 + digits));
			if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length !== digits) return undefined;
			const value = parseInt(hex, 16);
			if (value > 0x10_ff_ff) return undefined;
			decoded.push(value);
			at += 2 + digits;
		} else if (next === code('N') && !isBytes) {
			return undefined;
		} else {
			// Python keeps the backslash of an escape that it doesn't know.
			decoded.push(backslash, next);
			at += 2;
		}
	}
	return decoded;
}

const isOctal = (point: number | undefined): boolean =>
	point !== undefined && point >= code('0') && point <= code('7');

/** Up to three octal digits. */
function octalAt(points: readonly number[], from: number): { value: number; length: number } {
	let value = 0;
	let length = 0;
	while (length < 3 && isOctal(points[from + length])) {
		value = value * 8 + (points[from + length] ?? 0) - code('0');
		length += 1;
	}
	return { value, length };
}
