import * as v from 'valibot';
import { done, notFound } from '$lib/domain/answer';
import { LessonId } from '$lib/domain/ids';
import { ExerciseId } from '$lib/domain/lesson';
import { route } from '$lib/server/http/route';

const params = v.object({ lesson: LessonId, exercise: ExerciseId });

/** The checks that a page makes itself, with what they compare with. */
export const GET = route({ params }, async ({ app, params: { lesson, exercise } }) => {
	const checks = await app.checksOf(lesson, exercise);
	return checks === undefined ? notFound : done(checks);
});
