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

/**
 * What was typed into the blanks of a program; `undefined` where it is not this program with its blanks filled. Where a fill looks
 * like the code around it there are several answers, which all give the same program; the one with the shortest fills is taken.
 */
export function readBlanks(starter: string, code: string): string[] | undefined {
	const [first = '', ...rest] = piecesOf(starter);
	const underscores = starter.match(blank) ?? [];
	if (!code.startsWith(first)) return undefined;
	// Positions from which the rest is known not to fit: without them many blanks would be tried in every combination.
	const lost = new Set<string>();

	/** The fills of the blanks from this one on, the first of which begins at `at`. */
	function readFrom(index: number, at: number): string[] | undefined {
		const piece = rest[index];
		if (piece === undefined) return at === code.length ? [] : undefined;
		const key = `${index} ${at}`;
		if (lost.has(key)) return undefined;
		for (
			let end = at + 1;
			end <= Math.min(code.length, at + maxBlankChars) && code[end - 1] !== '\n';
			end += 1
		) {
			const fill = code.slice(at, end);
			if (fill.trim() === '' || !code.startsWith(piece, end)) continue;
			const others = readFrom(index + 1, end + piece.length);
			if (others !== undefined) return [fill === underscores[index] ? '' : fill, ...others];
		}
		lost.add(key);
		return undefined;
	}
	return readFrom(0, first.length);
}
