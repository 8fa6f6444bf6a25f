import * as v from 'valibot';
import { GiveVerdicts } from '$lib/domain/generation';
import { GenerationId } from '$lib/domain/ids';
import { routeWithBody } from '$lib/server/http/route';

/** Adds what the browser's bench found out to a log that the server writes. */
export const POST = routeWithBody(
	{ params: v.object({ id: GenerationId }), body: GiveVerdicts },
	({ app, actor, params, body }) => app.tutoring.giveVerdicts(actor, { id: params.id, given: body })
);
