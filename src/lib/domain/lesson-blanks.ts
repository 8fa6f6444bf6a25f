/** A blank is three underscores or more that are no part of a name, such as `___`. */
const blank = /(?<![A-Za-z0-9_])_{3,}(?![A-Za-z0-9_])/g;

/** The longest text that a blank takes. */
export const maxBlankChars = 80;

/** What stands between the blanks of a program: one piece more than there are blanks. */
export const piecesOf = (starter: string): string[] => starter.split(blank);

export const countBlanks = (starter: string): number => piecesOf(starter).length - 1;

/** The program with what was typed into its blanks. One that is empty stays a blank, on which Python says that it has no such name. */
export function fillBlanks(starter: string, fills: readonly string[]): string {
	let at = 0;
	return starter.replace(blank, (underscores) => {
		const fill = fills[at] ?? '';
		at += 1;
		return fill.trim() === '' ? underscores : fill;
	});
}

/** What was typed into the blanks of a program; `undefined` where it is not this program with its blanks filled. */
export function readBlanks(starter: string, code: string): string[] | undefined {
	const pieces = piecesOf(starter);
	const underscores = starter.match(blank) ?? [];
	const found = readFrom(pieces, code);
	return found?.map((fill, index) => (fill === underscores[index] ? '' : fill));
}

/** From the left, each blank as short as it can be, with the last piece at the very end. */
function readFrom(pieces: readonly string[], code: string): string[] | undefined {
	const [first = '', ...rest] = pieces;
	if (!code.startsWith(first)) return undefined;
	let at = first.length;
	const fills: string[] = [];
	for (const [index, piece] of rest.entries()) {
		const isLast = index === rest.length - 1;
		const end = isLast ? code.length - piece.length : code.indexOf(piece, at);
		if (end < at || !code.startsWith(piece, end)) return undefined;
		const fill = code.slice(at, end);
		if (fill.includes('\n') || fill.length > maxBlankChars) return undefined;
		fills.push(fill);
		at = end + piece.length;
	}
	return at === code.length ? fills : undefined;
}
