import * as v from 'valibot';
import { done } from '$lib/domain/answer';
import { route } from '$lib/server/http/route';

/** Whether the server can do its work: it asks the database. */
export const GET = route({ params: v.object({}) }, async ({ app }) => {
	await app.ping();
	return done({ status: 'ok' });
});
