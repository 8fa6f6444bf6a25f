import * as v from 'valibot';
import { route } from '$lib/server/http/route';

/** The operator's: which model servers answer, what they have, and what could be fetched. */
export const GET = route({ params: v.object({}) }, ({ app, operator }) => app.models.readModels(operator));
