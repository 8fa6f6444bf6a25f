import * as v from 'valibot';
import { ExplanationId } from '$lib/domain/ids';
import { NewRating } from '$lib/domain/rating';
import { route, routeWithBody } from '$lib/server/http/route';

const params = v.object({ id: ExplanationId });

/** What the learner says of an explanation. */
export const PUT = routeWithBody({ params, body: NewRating }, ({ app, actor, params: { id }, body }) =>
	app.tutoring.rate(actor, { explanationId: id, rating: body })
);

/** Takes it back. */
export const DELETE = route({ params }, ({ app, actor, params: { id } }) =>
	app.tutoring.unrate(actor, { explanationId: id })
);
