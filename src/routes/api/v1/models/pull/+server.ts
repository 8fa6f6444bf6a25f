import * as v from 'valibot';
import { TutorModel } from '$lib/domain/tutor-model';
import { partsRoute } from '$lib/server/http/route';

/** The operator's: lets a server fetch a model. Who leaves ends the download; what has come is kept. */
export const POST = partsRoute({ params: v.object({}), body: TutorModel }, ({ app, operator, body }) =>
	app.models.pullModel(operator, body)
);
