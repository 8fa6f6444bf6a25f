import type {
	Block,
	Exercise,
	Lesson,
	LessonSummary,
	PublicExercise,
	PublicLesson
} from '$lib/domain/lesson';

/** What a browser may see of a lesson. Fields are named one by one: a new one stays private until it is added here. */
export function toPublic(lesson: Lesson): PublicLesson {
	const { blocks, exercises, files } = lesson;
	return { ...headerOf(lesson), blocks, exercises: exercises.map(publicExercise), files };
}

/** A lesson as one line of the course. */
export function summarise(lesson: Lesson): LessonSummary {
	return { ...headerOf(lesson), cells: lesson.blocks.filter(isShownCell).length };
}

const publicExercise = ({ id, cell, setup, hints, checks }: Exercise): PublicExercise => ({
	id,
	cell,
	setup,
	hints,
	checks: checks.length
});

const isShownCell = (block: Block): boolean => block.kind === 'cell' && block.cell.role !== 'setup';

const headerOf = ({
	id,
	title,
	summary,
	order,
	level,
	minutes,
	language,
	tags,
	prerequisites,
	version
}: Lesson) => ({
	id,
	title,
	summary,
	order,
	level,
	minutes,
	language,
	tags,
	prerequisites,
	version
});
