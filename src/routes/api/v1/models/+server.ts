import * as v from 'valibot';
import { TutorModel } from '$lib/domain/tutor-model';
import { route, routeWithBody } from '$lib/server/http/route';

const params = v.object({});

/** The operator's: which model servers answer, what they have, and what could be fetched. */
export const GET = route({ params }, ({ app, operator }) => app.models.readModels(operator));

/** The operator's: throws a model away. */
export const DELETE = routeWithBody({ params, body: TutorModel }, ({ app, operator, body }) =>
	app.models.removeModel(operator, body)
);
