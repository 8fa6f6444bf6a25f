import * as v from 'valibot';
import { NewSubmission } from '$lib/domain/submission';
import { routeWithBody } from '$lib/server/http/route';

/** Keeps code that the learner asks about, under the id that their browser gave it. */
export const POST = routeWithBody({ params: v.object({}), body: NewSubmission }, ({ app, actor, body }) =>
	app.tutoring.submit(actor, { submission: body })
);
