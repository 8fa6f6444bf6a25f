import * as v from 'valibot';
import { contentHash, LessonId } from '$lib/domain/ids';
import { playId } from '$lib/domain/play';
import { plainText, type Inline, type Markdown } from '$lib/domain/markdown';
import {
	LanguageTag,
	type Block,
	type Lesson,
	type LessonFile,
	type LessonProblem,
	type LessonSource
} from '$lib/domain/lesson';
import { parseFrontMatter, splitFrontMatter } from './front-matter';
import { readLoose } from './loose';
import type { Reference } from './prose';
import { lineOf, type Report } from './report';
import { resolve } from './resolve';
import { checkCharacters, maxLessonChars, normaliseText } from './source-text';

/** Of a lesson that does not say. */
const usualLanguage = v.parse(LanguageTag, 'en');

export type ParsedLesson =
	| {
			readonly ok: true;
			readonly lesson: Lesson;
			/** The lessons and headings that it speaks of, of which only the course knows whether they exist. */
			readonly references: readonly Reference[];
	  }
	| { readonly ok: false; readonly problems: readonly LessonProblem[] };

/**
 * A lesson's file as a lesson, or everything that is wrong with it, in the order of its lines. Never throws.
 * Its version is the SHA-256 of its text, the same whichever way a checkout ends its lines, and of what its data files hold.
 */
export async function parseLesson(source: LessonSource): Promise<ParsedLesson> {
	const problems: LessonProblem[] = [];
	const report: Report = (at, message, expected) => {
		const column = typeof at === 'number' ? {} : { column: at.column };
		problems.push({ path: source.path, line: lineOf(at), ...column, message, expected });
	};
	const inOrder = (a: LessonProblem, b: LessonProblem): number =>
		a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
	const refused = (): ParsedLesson => ({ ok: false, problems: firstOf(problems.toSorted(inOrder)) });

	const place = placeOf(source.path, report);
	if (source.text.length > maxLessonChars) {
		report(1, `The lesson is ${source.text.length} characters long.`, `at most ${maxLessonChars}`);
		return refused();
	}
	const text = normaliseText(source.text);
	checkCharacters(text, report);
	const split = splitFrontMatter(text, report);
	if (split === undefined) return refused();
	const matter = parseFrontMatter(split.yaml, report);
	const files = source.files ?? [];
	const loose = readLoose(split.body, split.bodyLine, report);
	// A lesson without a place has no addresses; what else is wrong with it is still told.
	const lessonId = place?.id ?? v.parse(LessonId, 'nowhere');
	const { blocks, exercises, references } = resolve(
		loose,
		{ lesson: lessonId, files, pictures: source.pictures },
		report
	);
	if (blocks.length === 0 && problems.length === 0) {
		report(
			split.bodyLine,
			'The lesson has no text below its front matter.',
			'Markdown with at least one paragraph or cell'
		);
	}
	const { title, summary } = matter;
	if (problems.length > 0 || place === undefined || title === undefined || summary === undefined)
		return refused();
	return {
		ok: true,
		lesson: {
			id: place.id,
			version: await contentHash(text + filesText(files)),
			title,
			summary,
			order: matter.order ?? place.order,
			level: matter.level ?? 'beginner',
			minutes: matter.minutes ?? estimateMinutes(blocks),
			language: matter.language ?? usualLanguage,
			tags: matter.tags ?? [],
			prerequisites: matter.prerequisites ?? [],
			authorNotes: matter.notes ?? '',
			blocks,
			exercises,
			files: [...files]
		},
		references: [...matter.references, ...references]
	};
}

/** More than anyone mends before looking again: one slip may be told thousands of times. */
const maxProblems = 20;

function firstOf(problems: readonly LessonProblem[]): LessonProblem[] {
	const told = problems.slice(0, maxProblems);
	const next = problems[maxProblems];
	if (next === undefined) return told;
	const message = `There are ${problems.length - maxProblems} more problems from here on.`;
	return [...told, { path: next.path, line: next.line, message, expected: 'the ones above mended first' }];
}

/** Nothing where there are no files. A text has no NUL, so that no lesson's text can pass for another's with files. */
const filesText = (files: readonly LessonFile[]): string =>
	files.map((file) => `\0${file.name} ${file.hash}`).join('');

/** The folder `01-first-functions` makes the lesson `first-functions`, first in the course. */
function placeOf(path: string, report: Report): { id: LessonId; order: number } | undefined {
	const parts = /^(\d{1,5})-([^\\/]+)[\\/]index\.md$/.exec(path);
	const id = v.safeParse(LessonId, parts?.[2]);
	if (id.success && id.output === playId) {
		report(1, 'This name is kept for the learners’ own page.', 'another name for the folder');
		return undefined;
	}
	if (parts !== null && id.success) return { id: id.output, order: Number(parts[1]) };
	report(
		1,
		'The lesson lies at a path that gives it no id.',
		'NN-name/index.md, such as 01-first-functions/index.md'
	);
	return undefined;
}

/** For lessons that don't say how long they take: two minutes for a cell, one for a quiz, one for a hundred words. */
export function estimateMinutes(blocks: readonly Block[]): number {
	const minutes = blocks.reduce((sum, block) => sum + minutesOf(block), 0);
	return Math.max(1, Math.round(minutes));
}

function minutesOf(block: Block): number {
	switch (block.kind) {
		case 'prose':
			return countWords(block.nodes) / 100;
		case 'cell':
			return block.cell.role === 'setup' ? 0 : 2;
		case 'quiz':
			return 1;
	}
}

const countWords = (nodes: readonly Markdown[]): number =>
	nodes.reduce((sum, node) => sum + wordsOf(node), 0);

function wordsOf(node: Markdown): number {
	const inText = (text: string): number => text.match(/\S+/g)?.length ?? 0;
	const inInline = (inline: readonly Inline[]): number => inText(plainText(inline));
	switch (node.kind) {
		case 'heading':
		case 'paragraph':
			return inInline(node.children);
		case 'code':
			return inText(node.text);
		case 'list':
			return node.items.reduce((sum, item) => sum + countWords(item), 0);
		case 'quote':
			return countWords(node.children);
		case 'callout':
			return inInline(node.title) + countWords(node.children);
		case 'footnotes':
			return node.notes.reduce((sum, note) => sum + countWords(note.children), 0);
		case 'table':
			return [node.header, ...node.rows].flat().reduce((sum, cell) => sum + inInline(cell), 0);
		case 'rule':
			return 0;
	}
}
