import { stringAt } from './python-string';
import type { PyAtom } from './python-value';

export type PyToken =
	| { readonly kind: 'constant'; readonly value: PyAtom }
	| { readonly kind: 'name'; readonly name: string }
	| { readonly kind: 'mark'; readonly mark: Mark }
	/** The end of a line outside brackets. */
	| { readonly kind: 'line-end' };

const marks = ['...', '(', ')', '[', ']', '{', '}', ',', ':', '.', '=', '+', '-', ';'] as const;
export type Mark = (typeof marks)[number];

/** Words that cannot be names; of the three that are values, `constants` has the meaning. */
const keywords = new Set(
	(
		'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
		'lambda nonlocal not or pass raise return try while with yield'
	).split(' ')
);

const constants: ReadonlyMap<string, PyAtom> = new Map<string, PyAtom>([
	['True', { kind: 'bool', value: true }],
	['False', { kind: 'bool', value: false }],
	['None', { kind: 'none' }]
]);

const blank = /(?:[ \t\f]|\\\n(?!$)|#[^\n]*)+/y;
const name = /[\p{XID_Start}_][\p{XID_Continue}]*/uy;
const digits = String.raw`\d(?:_?\d)*`;
const number = new RegExp(
	[
		String.raw`(?<radix>0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)`,
		String.raw`(?<real>(?:(?:${digits})?\.${digits}|${digits}\.?)(?:[eE][+-]?${digits})?)(?<imaginary>[jJ])?`
	].join('|'),
	'y'
);

/** Python's tokenizer gives up at this many open brackets. */
const maxDepth = 200;
/** Python refuses longer whole numbers in decimal, because turning them into text and back is slow. */
const maxDecimalDigits = 4_300;

/**
 * The tokens of one Python expression or simple statement; `undefined` where there is something that no literal, plain
 * call or assignment holds: other operators, f-strings, `\N{…}`, indentation, NUL, half characters.
 */
export function tokensOf(text: string): PyToken[] | undefined {
	const source = text.replace(/\r\n?/g, '\n');
	if (source.includes('\0') || !source.isWellFormed()) return undefined;
	const tokens: PyToken[] = [];
	const open: string[] = [];
	let at = 0;
	while (at < source.length) {
		const start = at;
		at = skip(blank, source, at);
		if (at >= source.length) break;
		if (source[at] === '\n') {
			if (open.length === 0 && tokens.length > 0) tokens.push({ kind: 'line-end' });
			at += 1;
			continue;
		}
		// A form feed sets the column back to 0, as in Python.
		const isLineStart = start === 0 || source[start - 1] === '\n';
		const isIndented = isLineStart && /^\f*[ \t]/.test(source.slice(start, at));
		if (isIndented && open.length === 0) return undefined;
		const scanned = tokenAt(source, at);
		if (scanned === undefined) return undefined;
		if (scanned.token.kind === 'mark' && !follow(open, scanned.token.mark)) return undefined;
		tokens.push(scanned.token);
		at = scanned.end;
	}
	return open.length === 0 ? tokens : undefined;
}

/** Keeps the open brackets; false where one is closed that is not open, or too many are. */
function follow(open: string[], mark: Mark): boolean {
	if (mark === '(' || mark === '[' || mark === '{') return open.push(mark) <= maxDepth;
	if (mark === ')') return open.pop() === '(';
	if (mark === ']') return open.pop() === '[';
	if (mark === '}') return open.pop() === '{';
	return true;
}

type Scanned = { token: PyToken; end: number };

function tokenAt(source: string, at: number): Scanned | undefined {
	const string = stringAt(source, at);
	if (string !== undefined) return { token: { kind: 'constant', value: string.value }, end: string.end };
	const word = matchAt(name, source, at);
	if (word !== undefined) {
		const end = at + word.length;
		const constant = constants.get(word);
		if (constant !== undefined) return { token: { kind: 'constant', value: constant }, end };
		return keywords.has(word) ? undefined : { token: { kind: 'name', name: word.normalize('NFKC') }, end };
	}
	if (
		/[0-9]|\.[0-9]/.test(source.slice(at, at + 2)) &&
		source[at] !== undefined &&
		/[0-9.]/.test(source[at])
	) {
		const scanned = numberAt(source, at);
		if (scanned !== undefined) return scanned;
		if (source[at] !== '.') return undefined;
	}
	const mark = marks.find((candidate) => source.startsWith(candidate, at));
	// `==` is not two assignments.
	if (mark === undefined || (mark === '=' && source[at + 1] === '=')) return undefined;
	const end = at + mark.length;
	if (mark === '...') return { token: { kind: 'constant', value: { kind: 'ellipsis' } }, end };
	return { token: { kind: 'mark', mark }, end };
}

function numberAt(source: string, at: number): Scanned | undefined {
	number.lastIndex = at;
	const match = number.exec(source);
	if (match === null) return undefined;
	const end = at + match[0].length;
	// `1_`, `0xg`, `1e`: a number runs on into a word.
	if (matchAt(name, source, end) !== undefined || /[0-9]/.test(source[end] ?? '')) return undefined;
	const value = numberValue(match[0].replaceAll('_', ''), match.groups ?? {});
	return value === undefined ? undefined : { token: { kind: 'constant', value }, end };
}

function numberValue(text: string, groups: Readonly<Record<string, string | undefined>>): PyAtom | undefined {
	if (groups['radix'] !== undefined) return { kind: 'int', value: BigInt(text.toLowerCase()) };
	if (groups['imaginary'] !== undefined)
		return { kind: 'complex', real: 0, imaginary: Number(text.slice(0, -1)) };
	if (/[.eE]/.test(text)) return { kind: 'float', value: Number(text) };
	// `0` and `00`, but not `01`: that was octal once.
	if (/^0+$/.test(text)) return { kind: 'int', value: 0n };
	return text.startsWith('0') || text.length > maxDecimalDigits
		? undefined
		: { kind: 'int', value: BigInt(text) };
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
	pattern.lastIndex = at;
	return pattern.exec(source)?.[0];
}

const skip = (pattern: RegExp, source: string, at: number): number =>
	at + (matchAt(pattern, source, at)?.length ?? 0);
