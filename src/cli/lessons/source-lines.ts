import type { LessonFile } from '$lib/domain/lesson';
import { cellReader } from '$lib/lessons/cells';
import { splitFrontMatter } from '$lib/lessons/front-matter';
import { readLoose, type LooseNode } from '$lib/lessons/loose';
import type { Report } from '$lib/lessons/report';
import { normaliseText } from '$lib/lessons/source-text';

/** Where the pieces of a lesson stand in its file; of a piece that is not found, where its text begins. */
export type SourceLines = {
	/** The first line below the front matter. */
	readonly bodyLine: number;
	cell(id: string): number;
	/** The check with that number among those of the exercise, from 1. */
	check(exercise: string, number: number): number;
	solution(exercise: string): number;
	/** From 1. */
	hint(exercise: string, number: number): number;
	mistake(exercise: string, id: string): number;
	heading(level: number, title: string): number;
	/** The first line that fits. */
	find(pattern: RegExp): number;
	findText(text: string): number | undefined;
	/** The first of lines, one below the other and not above `from`, that hold these texts. */
	findRun(texts: readonly string[], from?: number): number | undefined;
};

const ignore: Report = () => undefined;

/** For a text that was parsed without a problem. */
export function sourceLines(written: string, files: readonly LessonFile[]): SourceLines {
	const text = normaliseText(written);
	const lines = text.split('\n');
	const split = splitFrontMatter(text, ignore);
	const bodyLine = split?.bodyLine ?? 1;
	const nodes = split === undefined ? [] : readLoose(split.body, split.bodyLine, ignore).nodes;
	const readCell = cellReader(files, ignore);
	const places = nodes.flatMap((node): [string, number][] => {
		if (node.kind === 'div') return blockPlace(node);
		if (node.kind !== 'cell') return [];
		const read = readCell(node.fence);
		if (read === undefined) return [];
		return [
			read.kind === 'cell'
				? [`cell ${read.cell.id}`, node.line]
				: [`${read.kind} ${read.exercise.id}`, node.line]
		];
	});
	const all = (name: string): number[] => places.flatMap(([one, line]) => (one === name ? [line] : []));
	const lineOf = (found: number): number | undefined => (found < 0 ? undefined : found + 1);
	const plain = (one: string): string => one.replace(/[*_`~[\]()\\#:]/g, '').trim();

	return {
		bodyLine,
		cell: (id) => all(`cell ${id}`)[0] ?? bodyLine,
		check: (exercise, number) => all(`check ${exercise}`)[number - 1] ?? bodyLine,
		solution: (exercise) => all(`solution ${exercise}`)[0] ?? bodyLine,
		hint: (exercise, number) => all(`hint ${exercise}`)[number - 1] ?? bodyLine,
		mistake: (exercise, id) => all(`mistake ${exercise} ${id}`)[0] ?? bodyLine,
		heading(level, title) {
			const marks = new RegExp(`^ {0,3}#{${level}} `);
			const found = lines.findIndex(
				(line, index) => index >= bodyLine - 1 && marks.test(line) && plain(line) === plain(title)
			);
			return lineOf(found) ?? bodyLine;
		},
		find: (pattern) => lineOf(lines.findIndex((line) => pattern.test(line))) ?? 1,
		findText: (wanted) =>
			lineOf(lines.findIndex((line, index) => index >= bodyLine - 1 && line.includes(wanted))),
		findRun: (texts, from = bodyLine) =>
			lineOf(
				lines.findIndex(
					(_, index) =>
						index >= from - 1 && texts.every((text, below) => lines[index + below]?.includes(text) === true)
				)
			)
	};
}

function blockPlace({ attributes, line }: Extract<LooseNode, { kind: 'div' }>): [string, number][] {
	const name = attributes.name?.value ?? '';
	const exercise = attributes.values.get('exercise')?.value ?? '';
	return [
		[name === 'mistake' ? `mistake ${exercise} ${attributes.id?.value ?? ''}` : `${name} ${exercise}`, line]
	];
}
