import * as v from 'valibot';
import { NewGeneration } from '$lib/domain/generation';
import { routeWithBody } from '$lib/server/http/route';

/** Opens the log of an explanation. */
export const POST = routeWithBody({ params: v.object({}), body: NewGeneration }, ({ app, actor, body }) =>
	app.tutoring.startGeneration(actor, { generation: body })
);
