import * as v from 'valibot';
import { done, notFound } from '$lib/domain/answer';
import { ContentHash, LessonId } from '$lib/domain/ids';
import { LessonFileName } from '$lib/domain/lesson';
import { mediaType } from '$lib/lessons/files';
import { fileRoute } from '$lib/server/http/route';

const params = v.object({ lesson: LessonId, hash: ContentHash, name: LessonFileName });

/** A lesson's data file. Its name is only compared with the names that were found, never made into a path. */
export const GET = fileRoute({ params }, async ({ app, params: { lesson, hash, name } }) => {
	const bytes = await app.lessons.file(lesson, name, hash);
	const type = mediaType(name);
	return bytes === undefined || type === undefined ? notFound : done({ bytes, name, hash, mediaType: type });
});
