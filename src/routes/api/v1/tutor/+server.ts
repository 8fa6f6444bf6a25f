import * as v from 'valibot';
import { TutorChoice } from '$lib/domain/tutor-model';
import { route, routeWithBody } from '$lib/server/http/route';

const params = v.object({});

/** Whether a model explains just now, and which. */
export const GET = route({ params }, ({ app }) => app.models.readTutor());

/** The operator's: chooses the model, or none. */
export const PUT = routeWithBody({ params, body: TutorChoice }, ({ app, operator, body }) =>
	app.models.chooseTutor(operator, body)
);
