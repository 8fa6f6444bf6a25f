import * as v from 'valibot';
import { NewGeneration } from '$lib/domain/generation';
import { route, routeWithBody } from '$lib/server/http/route';

const params = v.object({});

/** What servers still write for the learner. */
export const GET = route({ params }, ({ app, actor }) => app.tutoring.readOpen(actor, {}));

/** Opens the log of an explanation. */
export const POST = routeWithBody({ params, body: NewGeneration }, ({ app, actor, body }) =>
	app.tutoring.startGeneration(actor, { generation: body })
);
