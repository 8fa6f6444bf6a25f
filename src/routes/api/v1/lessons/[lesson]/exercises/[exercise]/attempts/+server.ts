import * as v from 'valibot';
import { NewAttempt } from '$lib/domain/attempt';
import { LessonId } from '$lib/domain/ids';
import { ExerciseId } from '$lib/domain/lesson';
import { routeWithBody } from '$lib/server/http/route';

const params = v.object({ lesson: LessonId, exercise: ExerciseId });

/** Takes an answer that the page has checked; one that is said to pass is judged here before it counts. */
export const POST = routeWithBody({ params, body: NewAttempt }, ({ app, actor, params, body }) =>
	app.tutoring.attempt(actor, {
		lessonId: params.lesson,
		exerciseId: params.exercise,
		attempt: body
	})
);
