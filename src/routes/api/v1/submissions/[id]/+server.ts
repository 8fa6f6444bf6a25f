import * as v from 'valibot';
import { SubmissionId } from '$lib/domain/ids';
import { route } from '$lib/server/http/route';

/** A submission of the learner's own. */
export const GET = route({ params: v.object({ id: SubmissionId }) }, ({ app, actor, params }) =>
	app.tutoring.readSubmission(actor, params)
);
