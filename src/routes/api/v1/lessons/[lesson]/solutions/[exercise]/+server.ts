import * as v from 'valibot';
import { done, notFound } from '$lib/domain/answer';
import { LessonId } from '$lib/domain/ids';
import { ExerciseId } from '$lib/domain/lesson';
import { route } from '$lib/server/http/route';

const params = v.object({ lesson: LessonId, exercise: ExerciseId });

/** The solution of an exercise: what the lesson that a browser gets leaves out. */
export const GET = route({ params }, async ({ app, params: { lesson, exercise } }) => {
	const solution = await app.lessons.solution(lesson, exercise);
	return solution === undefined ? notFound : done(solution);
});
