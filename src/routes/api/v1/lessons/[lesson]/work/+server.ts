import * as v from 'valibot';
import { LessonId } from '$lib/domain/ids';
import { route } from '$lib/server/http/route';

/** Everything that the learner left in a lesson. */
export const GET = route({ params: v.object({ lesson: LessonId }) }, ({ app, actor, params }) =>
	app.tutoring.loadWork(actor, { lessonId: params.lesson })
);
