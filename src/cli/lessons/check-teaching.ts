import type { Exercise, Lesson } from '$lib/domain/lesson';
import { plainText, type Markdown } from '$lib/domain/markdown';
import { paragraphsOf, proseOf } from './check-text';
import type { Tell } from './finding';
import { sentencesOf } from './reading-grade';
import type { SourceLines } from './source-lines';

/** What a beginner takes in at once, and how a lesson makes them think before they look. */
const maxCellLines = 7;
const minGuesses = 3;
const minRecall = 2;
const hintsOfExercise = 3;
const maxMessageSentences = 3;
const maxMeanWords = 14;
/** Fewer sentences say nothing about how long they are. */
const minSentences = 8;

/** They tell somebody who is stuck that they should not be. */
const unkind = /\b(?:wrong|easy|easily|just|simply|obviously)\b/i;

/**
 * The questions to ask before a lesson is published, as far as its text answers them. What is written and does harm is a problem; how
 * much of something there should be is a matter of taste, and a note. `isFirst`: there is no lesson before it to look back at.
 */
export function checkTeaching(
	lesson: Lesson,
	{ isFirst }: { isFirst: boolean },
	source: SourceLines,
	tell: Tell
): void {
	checkCells(lesson, source, tell);
	if (!isFirst) checkRecall(lesson, source, tell);
	for (const exercise of lesson.exercises) {
		checkHints(exercise, source, tell);
		checkMistakes(exercise, lesson.language, source, tell);
	}
	const sentences = sentencesOf(proseOf(lesson));
	const mean = sentences.reduce((sum, words) => sum + words.length, 0) / sentences.length;
	if (sentences.length >= minSentences && mean > maxMeanWords) {
		tell(source.bodyLine, 'The sentences are long: one thought in each is enough.', {
			expected: `${maxMeanWords} words in a sentence, or fewer, taken together`,
			got: mean.toFixed(1)
		});
	}
}

function checkCells({ blocks }: Lesson, source: SourceLines, tell: Tell): void {
	const cells = blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell] : []));
	const shown = cells.flatMap((cell) => (cell.role === 'setup' ? [] : [cell]));
	for (const { id, starter } of shown) {
		const lines = starter.split('\n').filter((line) => line.trim() !== '').length;
		if (lines > maxCellLines) {
			tell(source.cell(id), `The cell “${id}” is long for somebody who sees it for the first time.`, {
				kind: 'note',
				expected: `${maxCellLines} lines, or fewer`,
				got: String(lines)
			});
		}
	}
	const guesses = shown.filter(({ predict }) => predict === true).length;
	if (guesses < minGuesses) {
		tell(source.bodyLine, 'Few cells ask for a guess before they run.', {
			kind: 'note',
			expected: `\`#| predict: true\` in ${minGuesses} cells, or more`,
			got: String(guesses)
		});
	}
}

/** From what the questions are nobody can tell here; that they come before anything new is taught one can. */
function checkRecall({ blocks }: Lesson, source: SourceLines, tell: Tell): void {
	const first = blocks.findIndex((block) => block.kind === 'cell');
	const above = first < 0 ? blocks : blocks.slice(0, first);
	const asked = above.filter(({ kind }) => kind === 'quiz').length;
	if (asked < minRecall) {
		tell(source.bodyLine, 'Little is asked about the lessons before this one.', {
			kind: 'note',
			expected: `${minRecall} quizzes above the first cell, or more`,
			got: String(asked)
		});
	}
}

function checkHints({ id, hints, solution }: Exercise, source: SourceLines, tell: Tell): void {
	if (hints.length < hintsOfExercise) {
		tell(source.solution(id), `The exercise “${id}” has few hints.`, {
			kind: 'note',
			expected: `${hintsOfExercise}: a question, then the plan with another example, then the next line with a gap`,
			got: String(hints.length)
		});
	}
	for (const [index, hint] of hints.entries()) {
		const line = source.hint(id, index + 1);
		const codes = codesIn(hint);
		if (index === 0 && codes.length > 0) {
			tell(line, `The first hint of “${id}” shows code: nobody has thought about it yet.`, {
				expected: 'a question about the line and the idea'
			});
		}
		if (codes.some((code) => isSameCode(code, solution.code))) {
			tell(line, `Hint ${index + 1} of “${id}” is the solution.`, {
				expected: 'the next line, with a gap in it'
			});
		}
	}
}

function checkMistakes({ id, mistakes }: Exercise, language: string, source: SourceLines, tell: Tell): void {
	if (mistakes.length === 0) {
		tell(source.solution(id), `The exercise “${id}” foresees no mistake.`, {
			kind: 'note',
			expected: 'a block `::: {.mistake …}`, or more'
		});
	}
	for (const { id: name, message } of mistakes) {
		const line = source.mistake(id, name);
		const paragraphs = paragraphsOf(message);
		const sentences = sentencesOf(paragraphs).length;
		if (sentences > maxMessageSentences) {
			tell(line, `The message of “${name}” is long.`, {
				expected: `${maxMessageSentences} sentences, or fewer`,
				got: String(sentences)
			});
		}
		if (!isConcrete(message)) {
			tell(line, `The message of “${name}” names nothing that the learner can look at.`, {
				expected: 'a line, a piece of the code in backquotes, or a value'
			});
		}
		// The words are English ones.
		const word = language.startsWith('en') ? unkind.exec(paragraphs.join(' '))?.[0] : undefined;
		if (word !== undefined) {
			tell(line, `The message of “${name}” says “${word}”, which helps nobody who is stuck.`, {
				expected: 'what is in the code, and what comes of it'
			});
		}
	}
}

/** A piece of code, a number, or words in quotes. */
const isConcrete = (message: readonly Markdown[]): boolean =>
	codesIn(message).length > 0 ||
	paragraphsIn(message).some(
		(children) =>
			/\d|\bline\b|["“„«]/.test(plainText(children)) || JSON.stringify(children).includes('"kind":"code"')
	);

function paragraphsIn(nodes: readonly Markdown[]): Extract<Markdown, { kind: 'paragraph' }>['children'][] {
	return nodes.flatMap((node) =>
		node.kind === 'paragraph' ? [node.children] : paragraphsIn(childrenOf(node))
	);
}

const codesIn = (nodes: readonly Markdown[]): string[] =>
	nodes.flatMap((node) => (node.kind === 'code' ? [node.text] : codesIn(childrenOf(node))));

/** The blocks inside of a list, a quote or a callout. */
export function childrenOf(node: Markdown): readonly Markdown[] {
	if (node.kind === 'list') return node.items.flat();
	return node.kind === 'quote' || node.kind === 'callout' ? node.children : [];
}

/** Apart from empty lines and spaces at the ends of lines. */
const isSameCode = (a: string, b: string): boolean => linesOf(a) === linesOf(b);
const linesOf = (code: string): string =>
	code
		.split('\n')
		.map((line) => line.trimEnd())
		.filter((line) => !/^\s*(?:#|$)/.test(line))
		.join('\n');
