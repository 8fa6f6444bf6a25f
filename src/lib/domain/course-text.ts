import * as v from 'valibot';
import { LanguageTag } from './lesson';
import { LessonId } from './ids';

/** The words of one lesson, for the search over the course: its parts with the heading that each stands under. */
export const LessonText = v.strictObject({
	id: LessonId,
	language: LanguageTag,
	title: v.string(),
	summary: v.string(),
	parts: v.array(
		v.strictObject({
			/** Absent for what stands before the first heading. */
			heading: v.optional(v.strictObject({ id: v.string(), title: v.string() })),
			text: v.string()
		})
	)
});
export type LessonText = v.InferOutput<typeof LessonText>;

export const CourseText = v.array(LessonText);
export type CourseText = v.InferOutput<typeof CourseText>;

/** A place in the course that has every word that was looked for. */
export type CourseHit = {
	readonly lesson: LessonText['id'];
	readonly language: LanguageTag;
	readonly title: string;
	readonly heading: { readonly id: string; readonly title: string } | undefined;
	/** The text around the first word, in pieces; `found` ones are words that were looked for. */
	readonly excerpt: readonly { readonly text: string; readonly found: boolean }[];
};

export const maxHits = 30;
/** About two lines of a result. */
const excerptChars = 140;

/**
 * The parts of the course that hold each of the words, as plain substrings and whatever their case. A lesson whose title and summary
 * hold them all is one hit by itself, before its parts. Ordered as the course is.
 */
export function searchCourse(course: CourseText, query: string): CourseHit[] {
	const words = [
		...new Set(
			fold(query)
				.split(/\s+/)
				.filter((word) => word !== '')
		)
	];
	if (words.length === 0) return [];
	const hits: CourseHit[] = [];
	for (const { id, language, title, summary, parts } of course) {
		const at = { lesson: id, language, title };
		if (holds(`${title}\n${summary}`, words))
			hits.push({ ...at, heading: undefined, excerpt: excerptOf(summary, words) });
		for (const { heading, text } of parts) {
			if (holds(`${heading?.title ?? ''}\n${text}`, words))
				hits.push({ ...at, heading, excerpt: excerptOf(text, words) });
		}
		if (hits.length >= maxHits) return hits.slice(0, maxHits);
	}
	return hits;
}

/** Small letters, each as long as it was, so that places in the folded text are places in the text. */
const fold = (text: string): string =>
	text.replace(/\p{Lu}/gu, (letter) => {
		const small = letter.toLowerCase();
		return small.length === letter.length ? small : letter;
	});

function holds(text: string, words: readonly string[]): boolean {
	const folded = fold(text);
	return words.every((word) => folded.includes(word));
}

function excerptOf(text: string, words: readonly string[]): CourseHit['excerpt'] {
	const folded = fold(text);
	const first = nextWord(folded, words, 0, folded.length) ?? { from: 0, to: 0 };
	const from = first.from < excerptChars / 2 ? 0 : wordStart(text, first.from - 40);
	const end = Math.max(from + excerptChars, first.to);
	const to = end >= text.length ? text.length : Math.max(wordStart(text, end), first.to);
	const pieces: { text: string; found: boolean }[] = [];
	let at = from;
	while (at < to) {
		const found = nextWord(folded, words, at, to);
		if (found === undefined) break;
		if (found.from > at) pieces.push({ text: text.slice(at, found.from), found: false });
		pieces.push({ text: text.slice(found.from, found.to), found: true });
		at = found.to;
	}
	if (at < to) pieces.push({ text: text.slice(at, to), found: false });
	return [
		...(from > 0 ? [{ text: '… ', found: false }] : []),
		...pieces,
		...(to < text.length ? [{ text: ' …', found: false }] : [])
	];
}

/** The word that comes first from `at` on; of two at one place the longer. */
function nextWord(
	folded: string,
	words: readonly string[],
	at: number,
	to: number
): { from: number; to: number } | undefined {
	let best: { from: number; to: number } | undefined;
	for (const word of words) {
		const from = folded.indexOf(word, at);
		if (from < 0 || from + word.length > to) continue;
		const isBetter =
			best === undefined || from < best.from || (from === best.from && from + word.length > best.to);
		if (isBetter) best = { from, to: from + word.length };
	}
	return best;
}

/** Where the word at a place begins: an excerpt cuts no word in two, unless it has no end. */
function wordStart(text: string, place: number): number {
	const blank = text.lastIndexOf(' ', place);
	return blank < 0 || place - blank > 40 ? place : blank + 1;
}
