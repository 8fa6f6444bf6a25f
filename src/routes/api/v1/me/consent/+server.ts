import * as v from 'valibot';
import { ChangeConsent } from '$lib/domain/consent';
import { route, routeWithBody } from '$lib/server/http/route';

const params = v.object({});

/** Whether the learner lets their work be used for training. */
export const GET = route({ params }, ({ app, actor }) => app.tutoring.readConsent(actor, {}));

/** Gives or refuses it. */
export const PUT = routeWithBody({ params, body: ChangeConsent }, ({ app, actor, body }) =>
	app.tutoring.changeConsent(actor, { change: body })
);
