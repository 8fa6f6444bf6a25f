/** Learners read for the first time what they have no words for yet; sentences as in a book for twelve-year-olds leave room for that. */
export const maxGrade = 8;
/** Fewer words say nothing about how a lesson reads. */
const minWords = 60;

/**
 * Flesch and Kincaid's formula: the school grade of the United States in which a text is read. It counts words in a sentence and
 * syllables in a word, nothing else. Undefined for a text that is too short.
 * (Kincaid and others, "Derivation of new readability formulas", Naval Technical Training Command, 1975.)
 */
export function readingGrade(paragraphs: readonly string[]): number | undefined {
	const sentences = sentencesOf(paragraphs);
	const words = sentences.flat();
	if (words.length < minWords) return undefined;
	const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
	const grade = 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59;
	return Math.round(Math.max(0, grade) * 10) / 10;
}

/** The words of each sentence. A paragraph that ends without a full stop, such as an item of a list, is one all the same. */
export const sentencesOf = (paragraphs: readonly string[]): string[][] =>
	paragraphs
		.flatMap((text) => text.split(/[.!?…]+(?:\s|$)/))
		.map((sentence): string[] => sentence.match(/[\p{L}\p{M}\d'’]+/gu) ?? [])
		.filter((words) => words.length > 0);

/** Groups of vowels; a silent e at the end is none. Right for most English words, and wrong evenly for the rest. */
export function syllablesOf(word: string): number {
	const plain = word
		.toLowerCase()
		.replace(/(?:[^laeiouy]es|[^laeiouytd]ed|[^laeiouy]e)$/, (end) => end.charAt(0))
		.normalize('NFD')
		.replace(/[^a-z]/g, '');
	return Math.max(1, plain.match(/[aeiouy]+/g)?.length ?? 0);
}
