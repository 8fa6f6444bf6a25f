import * as v from 'valibot';
import { VersionNumber } from '$lib/domain/draft-version';
import { CellId, LessonId } from '$lib/domain/ids';
import { route } from '$lib/server/http/route';

/** One of the earlier texts of the learner's cell. */
export const GET = route(
	{ params: v.object({ lesson: LessonId, cell: CellId, revision: VersionNumber }) },
	({ app, actor, params: { lesson, cell, revision } }) =>
		app.tutoring.readVersion(actor, { lessonId: lesson, cellId: cell, revision })
);
