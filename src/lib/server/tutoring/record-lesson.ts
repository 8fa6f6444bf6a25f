import * as v from 'valibot';
import { LessonId } from '$lib/domain/ids';
import type { Lesson, LessonFile, LessonSource } from '$lib/domain/lesson';
import { insertLessonVersion, selectNewestLesson } from '$lib/server/db/repositories/lesson-version';
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

/** The text of the version that was recorded last, for when the file is broken. */
export async function recallLesson(
	{ db }: Pick<Context, 'db'>,
	id: string
): Promise<{ text: string; files: readonly LessonFile[] } | undefined> {
	const lessonId = v.safeParse(LessonId, id);
	const stored = lessonId.success ? await selectNewestLesson(db, lessonId.output) : undefined;
	return stored?.files == null ? undefined : { text: stored.source, files: stored.files };
}
