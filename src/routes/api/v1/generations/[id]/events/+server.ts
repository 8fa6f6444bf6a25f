import * as v from 'valibot';
import { AppendEvents } from '$lib/domain/generation';
import { GenerationId } from '$lib/domain/ids';
import { routeWithBody } from '$lib/server/http/route';

/** Appends to a log; 409 with `next` where the events do not continue it. */
export const POST = routeWithBody(
	{ params: v.object({ id: GenerationId }), body: AppendEvents },
	({ app, actor, params, body }) => app.tutoring.appendEvents(actor, { id: params.id, append: body })
);
