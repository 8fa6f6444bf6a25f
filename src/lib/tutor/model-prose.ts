import type { Explanation, Prose } from '$lib/domain/explanation';
import { segmentsOf, type Sentence } from './prose';

/** What a sentence says that a number in digits would say, too. "One" and "first" are ordinary English and stay. */
const numberWord =
	'(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|' +
	'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)(?:[\\s-](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand|million))*';
const makes =
	'(?:gives?(?:\\s+back)?|returns?|prints?|shows?|outputs?|yields?|produces?|equals?|becomes?|holds?|contains?|reaches|results?\\s+in|evaluates?\\s+to|end(?:s|ed)?\\s+(?:up\\s+)?(?:as|at|with))';
const gives = `(?:${makes}|(?:is|are|was|were)(?:\\s+set\\s+to)?)`;
const hedge =
	'(?:\\s+(?:always|then|now|exactly|only|just|about|simply|never|equal\\s+to|the\\s+(?:number|value|text|word)))*';
const worded: readonly RegExp[] = [
	new RegExp(
		`\\b${numberWord}\\s+(?:more\\s+|separate\\s+)?(?:times|passes|iterations|rounds|repetitions|steps|items|elements|entries|numbers|values|lines|characters|letters|words|keys)\\b`,
		'iu'
	),
	new RegExp(`\\b${gives}${hedge}\\s+(?:minus\\s+|one\\s+)?${numberWord}\\b`, 'iu'),
	/\b(?:twice|thrice)\b/iu,
	/\b(?:runs?|executes?|loops?|repeats?|happens?|called|printed)\s+(?:only\s+|exactly\s+|just\s+)?(?:once|never)\b/iu,
	// Not "is empty": that is how a condition is told.
	new RegExp(`\\b${makes}${hedge}\\s+(?:an?\\s+|the\\s+)?(?:empty|nothing|blank)\\b`, 'iu'),
	/\b(?:gives?(?:\s+back)?|returns?|prints?|yields?|evaluates?\s+to)(?:\s+(?:always|then|just|only|simply))*\s+(?:true|false|none|null)\b/iu
];

/**
 * Prose of a model as sentences, each marked where it states a value that no claim stands behind: in digits, in quotes, in brackets
 * (`segmentsOf`), and in words that come to the same ("runs three times", "gives back an empty list"). `lines` are those that the
 * prose describes: code that stands in them may be quoted. Only whole lines are looked at, so `5` in another line excuses nothing.
 */
export function modelSentences(prose: Prose, lines: string): Sentence[] {
	return segmentsOf(prose, lines).map((sentence) =>
		sentence.unchecked || !statesInWords(sentence) ? sentence : { ...sentence, unchecked: true }
	);
}

/** In the words between slots and quoted code; a slot in between keeps them apart. */
function statesInWords({ parts }: Sentence): boolean {
	const words = parts.map((part) => (part.kind === 'text' ? part.text : ' \uFFFC ')).join('');
	return worded.some((pattern) => pattern.test(words));
}

/** The lines of the code that a step is about. */
export const linesOf = (code: string, { from, to }: { readonly from: number; readonly to: number }): string =>
	code
		.split(/\r\n|\r|\n/)
		.slice(from - 1, to)
		.join('\n');

/** Every sentence of an explanation, in the order in which it is read, with the mark that it wants if a model wrote it. */
export function sentencesOf({ purpose, steps, edgeCases, notes }: Explanation, code: string): Sentence[] {
	const plain = [...edgeCases.map(({ why }) => why), notes?.examples, notes?.edgeCases];
	return [
		...modelSentences(purpose, code),
		...steps.flatMap((step) => modelSentences(step, linesOf(code, step))),
		...plain.flatMap((text) => (text === undefined ? [] : modelSentences({ text, claims: [] }, code)))
	];
}
