import * as v from 'valibot';
import { CellId, LessonId } from '$lib/domain/ids';
import { route } from '$lib/server/http/route';

/** The earlier texts of the learner's cell: when, how large, of which version of the lesson. */
export const GET = route(
	{ params: v.object({ lesson: LessonId, cell: CellId }) },
	({ app, actor, params: { lesson, cell } }) =>
		app.tutoring.readVersions(actor, { lessonId: lesson, cellId: cell })
);
