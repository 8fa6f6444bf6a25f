import * as v from 'valibot';
import { done } from '$lib/domain/answer';
import { route } from '$lib/server/http/route';

/** The words of every lesson, for the search over the course. They are everybody's. */
export const GET = route({ params: v.object({}) }, async ({ app }) => done(await app.lessons.text()));
