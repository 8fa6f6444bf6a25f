import { playCellIds, playId, playVersion } from '$lib/domain/play';
import { insertLessonVersion } from '$lib/server/db/repositories/lesson-version';
import type { Context } from './context';

/** Makes the learners' own page known to what keeps work, which asks for a lesson and its cells. Safe to repeat. */
export async function recordPlay({ db }: Pick<Context, 'db'>): Promise<void> {
	await insertLessonVersion(db, {
		lessonId: playId,
		version: playVersion,
		path: 'play',
		source: '',
		cells: [...playCellIds],
		files: []
	});
}
