import * as v from 'valibot';
import { SaveDraft } from '$lib/domain/draft';
import { CellId, LessonId } from '$lib/domain/ids';
import { routeWithBody } from '$lib/server/http/route';

/** Keeps a cell's work; 409 with `stored` where another tab saved in between. */
export const PUT = routeWithBody(
	{ params: v.object({ lesson: LessonId, cell: CellId }), body: SaveDraft },
	({ app, actor, params, body }) =>
		app.tutoring.saveDraft(actor, { lessonId: params.lesson, cellId: params.cell, save: body })
);
