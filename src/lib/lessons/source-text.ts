import type { Report } from './report';

/** A lesson is read by people: a megabyte is more than ten novels' worth of typing, or a mistake. */
export const maxLessonChars = 1_500_000;

/** The text as the rest of the parser reads it: no byte order mark, and every line ends with a line feed. */
export function normaliseText(text: string): string {
	return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** Reports characters that neither Postgres nor UTF-8 can keep; a file with them was damaged on its way. */
export function checkCharacters(text: string, report: Report): void {
	const nul = text.indexOf('\0');
	if (nul >= 0) report(lineAt(text, nul), 'There is a NUL character here.', 'text');
	const surrogate = /\p{Surrogate}/u.exec(text);
	if (surrogate !== null) {
		report(
			lineAt(text, surrogate.index),
			'There is half a character here (a lone surrogate).',
			'text in UTF-8'
		);
	}
}

/** The line on which a position lies, counted from 1. */
export function lineAt(text: string, index: number): number {
	return 1 + countLineFeeds(text.slice(0, index));
}

/** How many lines a piece of text ends. */
export function countLineFeeds(text: string): number {
	let count = 0;
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
	return count;
}
