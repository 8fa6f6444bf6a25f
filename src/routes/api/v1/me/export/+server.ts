import * as v from 'valibot';
import { done } from '$lib/domain/answer';
import { downloadRoute } from '$lib/server/http/route';

/** Everything that is stored about the learner, as one JSON document: see domain/my-data. */
export const GET = downloadRoute({ params: v.object({}) }, async ({ app, actor }) => {
	const answer = await app.tutoring.exportMyData(actor, {});
	return answer.ok ? done({ pieces: answer.value, name: 'procoder-my-data.json' }) : answer;
});
