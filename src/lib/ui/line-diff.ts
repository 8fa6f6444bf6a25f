import { diffArrays } from 'diff';

/** `gone` is in the text before only, `new` in the one after. */
export type DiffLine = { kind: 'same' | 'gone' | 'new'; text: string };

/** More lines than that are not compared one by one, because the time grows with their square. */
const maxEdits = 500;

/** The way from one text to another in whole lines; what goes stands before what comes in its place. */
export function lineDiff(before: string, after: string): DiffLine[] {
	const [old, next] = [before.split('\n'), after.split('\n')];
	const changes = diffArrays(old, next, { maxEditLength: maxEdits });
	if (changes === undefined) return [...linesOf('gone', old), ...linesOf('new', next)];
	return changes.flatMap(({ added, removed, value }) =>
		linesOf(added ? 'new' : removed ? 'gone' : 'same', value)
	);
}

const linesOf = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] =>
	texts.map((text) => ({ kind, text }));

/** Lines that are shown, or alike ones that are so far from any change that nobody has to read them. */
export type DiffPart = { isFar: boolean; lines: readonly DiffLine[] };

/** Lines around a change that are shown with it. */
const near = 3;

/** Keeps together what is read together. To hide a line or two would save no room. */
export function diffParts(lines: readonly DiffLine[]): DiffPart[] {
	const parts: { isFar: boolean; lines: DiffLine[] }[] = [];
	let from = 0;
	while (from < lines.length) {
		const isSame = lines[from]?.kind === 'same';
		let to = from;
		while (to < lines.length && (lines[to]?.kind === 'same') === isSame) to += 1;
		const first = isSame ? from + (from === 0 ? 0 : near) : to;
		const last = isSame ? to - (to === lines.length ? 0 : near) : to;
		const cuts = last - first > 2 ? [from, first, last, to] : [from, to];
		for (const [index, start] of cuts.slice(0, -1).entries()) {
			const isFar = cuts.length > 2 && index === 1;
			const some = lines.slice(start, cuts[index + 1]);
			const part = parts.at(-1);
			if (some.length === 0) continue;
			if (part === undefined || part.isFar !== isFar) parts.push({ isFar, lines: some });
			else part.lines.push(...some);
		}
		from = to;
	}
	return parts;
}
