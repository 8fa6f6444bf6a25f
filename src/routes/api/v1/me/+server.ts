import * as v from 'valibot';
import { EraseMyData } from '$lib/domain/my-data';
import { route, routeWithBody } from '$lib/server/http/route';

const params = v.object({});

/** How much is stored about the learner. */
export const GET = route({ params }, ({ app, actor }) => app.tutoring.readMyData(actor, {}));

/** Deletes all of it, and ends the cookie. */
export const DELETE = routeWithBody(
	{ params, body: EraseMyData },
	async ({ app, actor, body, forgetLearner }) => {
		const answer = await app.tutoring.eraseMyData(actor, body);
		if (answer.ok) forgetLearner();
		return answer;
	}
);
