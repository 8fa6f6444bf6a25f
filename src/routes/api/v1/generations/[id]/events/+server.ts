import * as v from 'valibot';
import { AppendEvents } from '$lib/domain/generation';
import { GenerationId } from '$lib/domain/ids';
import { logRoute, routeWithBody } from '$lib/server/http/route';

const params = v.object({ id: GenerationId });

/** The log as server-sent events, from the one after `Last-Event-ID` on, and then on as it grows: see `domain/log-part`. */
export const GET = logRoute({ params }, ({ app, actor, params: { id }, from }) =>
	app.tutoring.followLog(actor, { id, from })
);

/** Appends to a log; 409 with `next` where the events do not continue it. */
export const POST = routeWithBody({ params, body: AppendEvents }, ({ app, actor, params: { id }, body }) =>
	app.tutoring.appendEvents(actor, { id, append: body })
);
