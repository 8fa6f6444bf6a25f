import { sections, type Explanation, type Prose } from '$lib/domain/explanation';
import { pythonBuiltins } from '$lib/domain/python-builtins';
import { segmentsOf, type Sentence } from '$lib/tutor/prose';
import { readingGrade } from '../lessons/reading-grade';

/** What can be said of an explanation's words without running anything. */
export type TextMeasures = {
	/** Names that it mentions, and that are neither in the code nor Python's own. */
	readonly unknownNames: string[];
	readonly valuesOutsideSlots: number;
	readonly grade: number | null;
	/** A slot and a stretch of code are one word each. */
	readonly words: number;
};

export function measureText(explanation: Explanation, code: string): TextMeasures {
	const paragraphs = prosesOf(explanation).map((prose) => segmentsOf(prose, code));
	const sentences = paragraphs.flat();
	const texts = paragraphs.map((all) => all.map(spoken).join(''));
	return {
		unknownNames: unknownNames(sentences, namesKnownBy(explanation, code)),
		valuesOutsideSlots: sentences.filter(({ unchecked }) => unchecked).length,
		grade: readingGrade(texts) ?? null,
		words: texts.reduce((sum, text) => sum + (text.match(/[\p{L}\p{M}\p{N}'’_-]+/gu)?.length ?? 0), 0)
	};
}

/** Everything that is read as sentences. */
function prosesOf({ purpose, steps, edgeCases, notes }: Explanation): Prose[] {
	const plain = [...edgeCases.map(({ why }) => why), notes?.examples, notes?.edgeCases];
	return [purpose, ...steps, ...plain.flatMap((text) => (text === undefined ? [] : [{ text, claims: [] }]))];
}

/** How many of the four sections hold something; one that is empty may have a note that says why. */
export function sectionsWithContent(explanation: Explanation): number {
	return sections.filter((name) => {
		const content = explanation[name];
		return 'text' in content ? content.text.trim() !== '' : content.length > 0;
	}).length;
}

/** How many of the four sections are there: filled, or with a note that says why nothing stands in them. */
export function sectionsThere(explanation: Explanation): number {
	const excused = (['examples', 'edgeCases'] as const).filter(
		(name) => explanation[name].length === 0 && (explanation.notes?.[name] ?? '').trim() !== ''
	);
	return sectionsWithContent(explanation) + excused.length;
}

const spoken = ({ parts }: Sentence): string =>
	parts.map((part) => (part.kind === 'text' ? part.text : 'it')).join('');

const keywords =
	'True False None and as assert async await break case class continue def del elif else except finally for from global if import in is ' +
	'lambda match nonlocal not or pass raise return try type while with yield self cls';

/** The code's words, Python's own, and what the probes bind; words in comments and texts of the code count as its words. */
function namesKnownBy({ examples, edgeCases, steps }: Explanation, code: string): Set<string> {
	const claims = [
		...examples,
		...edgeCases.map(({ claim }) => claim),
		...steps.flatMap((step) => step.claims)
	];
	const bound = claims.flatMap(({ probe }) => wordsIn((probe.setup ?? []).join('\n')));
	return new Set([...wordsIn(code), ...bound, ...pythonBuiltins, ...keywords.split(' ')]);
}

/** An underscore alone is a sign, and no name to look for. */
const wordsIn = (text: string): string[] =>
	(text.match(/[\p{L}_][\p{L}\p{M}\p{N}_]*/gu) ?? []).filter((word) => /\p{L}/u.test(word));

/** What stands in quotes inside of code is a text, and no name. */
const withoutTexts = (code: string): string => code.replace(/'[^'\n]*'|"[^"\n]*"/g, ' ');

/** A word of the prose itself counts as a name where it is written like one: `max_width`, `maxWidth`. */
const namesInWords = (text: string): string[] =>
	wordsIn(text).filter((word) => /\p{L}_\p{L}|\p{Ll}\p{Lu}/u.test(word));

function unknownNames(sentences: readonly Sentence[], known: ReadonlySet<string>): string[] {
	const mentioned = sentences.flatMap(({ parts }) =>
		parts.flatMap((part) => {
			if (part.kind === 'slot') return [];
			return part.kind === 'code' ? wordsIn(withoutTexts(part.text)) : namesInWords(part.text);
		})
	);
	return [...new Set(mentioned)].filter((name) => !known.has(name)).toSorted();
}
