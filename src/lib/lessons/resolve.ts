import type { Block, Exercise, LessonSource } from '$lib/domain/lesson';
import type { LessonId } from '$lib/domain/ids';
import type { Markdown } from '$lib/domain/markdown';
import { cellReader } from './cells';
import { exerciseReader } from './exercises';
import type { LooseLesson } from './loose';
import { isCallout, proseReader, type Reference } from './prose';
import { quizReader } from './quiz';
import type { Report } from './report';

export type Resolved = {
	readonly blocks: Block[];
	readonly exercises: Exercise[];
	/** The lessons and headings that the text links to. */
	readonly references: readonly Reference[];
};

/** The second step: a lesson's pieces as blocks, with everything that they refer to found. Every problem is reported. */
export function resolve(
	{ isWhole, nodes, footnotes }: LooseLesson,
	{
		lesson,
		files,
		pictures
	}: { lesson: LessonId } & Pick<Required<LessonSource>, 'files'> & Pick<LessonSource, 'pictures'>,
	report: Report
): Resolved {
	const blocks: Block[] = [];
	const prose = proseReader({ lesson, files, pictures, footnotes, isWhole }, report);
	const readCell = cellReader(files, report);
	const readQuiz = quizReader(prose, report);
	const exercises = exerciseReader(prose, isWhole, report);

	const add = (found: readonly Markdown[]): void => {
		const last = blocks.at(-1);
		if (last?.kind === 'prose') last.nodes.push(...found);
		else if (found.length > 0) blocks.push({ kind: 'prose', nodes: [...found] });
	};

	for (const node of nodes) {
		const name = node.kind === 'div' ? node.attributes.name?.value : undefined;
		if (node.kind === 'cell') {
			const cell = readCell(node.fence);
			if (cell === undefined) continue;
			exercises.cell(cell);
			if (cell.kind === 'cell') blocks.push({ kind: 'cell', cell: cell.cell });
		} else if (node.kind === 'div' && name === 'quiz') {
			const quiz = readQuiz(node.attributes, node.line, node.children);
			if (quiz !== undefined) blocks.push({ kind: 'quiz', quiz });
		} else if (node.kind === 'div' && (name === 'hint' || name === 'solution' || name === 'mistake')) {
			exercises.block(name, node.attributes, node.line, node.children);
		} else {
			const isKnown = node.kind === 'markdown' || isCallout(node.attributes);
			add(prose.read([node], isKnown ? 'a callout' : 'the text'));
		}
	}
	const tied = exercises.finish();
	add(prose.notes());
	return { blocks, exercises: tied, references: prose.references };
}
