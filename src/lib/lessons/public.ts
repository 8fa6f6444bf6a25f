import type { Lesson, LessonSummary, PublicLesson } from '$lib/domain/lesson';

/** What a browser may see of a lesson. Fields are named one by one: a new one stays private until it is added here. */
export function toPublic(lesson: Lesson): PublicLesson {
	return { ...headerOf(lesson), blocks: lesson.blocks, files: lesson.files };
}

/** A lesson as one line of the course. */
export function summarise(lesson: Lesson): LessonSummary {
	return { ...headerOf(lesson), cells: lesson.blocks.filter((block) => block.kind === 'cell').length };
}

const headerOf = ({ id, title, summary, order, level, minutes, tags, prerequisites, version }: Lesson) => ({
	id,
	title,
	summary,
	order,
	level,
	minutes,
	tags,
	prerequisites,
	version
});
