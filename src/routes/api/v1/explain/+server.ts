import * as v from 'valibot';
import { ExplainRequest } from '$lib/domain/explain-request';
import { routeWithBody } from '$lib/server/http/route';

/** Begins an explanation by the server's model; its log is followed at `generations/[id]/events`. */
export const POST = routeWithBody({ params: v.object({}), body: ExplainRequest }, ({ app, actor, body }) =>
	app.tutoring.explain(actor, { request: body })
);
