import type { Lesson, LessonSource } from '$lib/domain/lesson';
import { insertLessonVersion } from '$lib/server/db/repositories/lesson-version';
import type { Context } from './context';

/** Keeps a lesson as it is served, so that work done in it stays understandable. Safe to repeat. */
export async function recordLesson(
	{ db }: Pick<Context, 'db'>,
	lesson: Lesson,
	source: LessonSource
): Promise<void> {
	await insertLessonVersion(db, {
		lessonId: lesson.id,
		version: lesson.version,
		path: source.path,
		source: source.text,
		cells: lesson.blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell.id] : [])),
		files: lesson.files
	});
}
