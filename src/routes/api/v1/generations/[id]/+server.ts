import * as v from 'valibot';
import { GenerationId } from '$lib/domain/ids';
import { route } from '$lib/server/http/route';

/** A generation with its whole log. */
export const GET = route({ params: v.object({ id: GenerationId }) }, ({ app, actor, params }) =>
	app.tutoring.readGeneration(actor, params)
);
