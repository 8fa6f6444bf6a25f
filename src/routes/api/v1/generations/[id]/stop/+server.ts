import * as v from 'valibot';
import { GenerationId } from '$lib/domain/ids';
import { route } from '$lib/server/http/route';

/** Stops what a server writes, from any tab, whichever process writes it. */
export const POST = route({ params: v.object({ id: GenerationId }) }, ({ app, actor, params }) =>
	app.tutoring.stopGeneration(actor, params)
);
