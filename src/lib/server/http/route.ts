import type { RequestHandler } from '@sveltejs/kit';
import * as v from 'valibot';
import type { Actor } from '$lib/server/auth/actor';
import { notFound, type Answer } from '$lib/domain/answer';
import { readBody } from './body';
import { problem } from './problem';
import { unexpected } from './unexpected';

type Schema<T> = v.GenericSchema<unknown, T>;
type Call<P> = { app: App.Locals['app']; actor: Actor; params: P };

/**
 * A route of the API: reads the parameters by their schema (404 where they cannot name anything), calls `use`, and renders
 * what it answers: 200, 201 where something was made, 204 where there is nothing to say, or problem+json.
 */
export function route<P>(
	spec: { params: Schema<P> },
	use: (call: Call<P>) => Promise<Answer<unknown>>
): RequestHandler {
	return guarded(spec.params, (call) => use(call).then(render));
}

/** The same for a request with a body, which is read by its schema: see `readBody` for what is refused. */
export function routeWithBody<P, B>(
	spec: { params: Schema<P>; body: Schema<B> },
	use: (call: Call<P> & { body: B }) => Promise<Answer<unknown>>
): RequestHandler {
	return guarded(spec.params, async (call, request) => {
		const body = await readBody(request, spec.body);
		if (!body.ok) return problem(body.refusal, body.status === undefined ? {} : { status: body.status });
		return render(await use({ ...call, body: body.value }));
	});
}

function guarded<P>(
	schema: Schema<P>,
	respond: (call: Call<P>, request: Request) => Promise<Response>
): RequestHandler {
	return async ({ request, params, locals, route: { id } }) => {
		try {
			const named = v.safeParse(schema, params);
			if (!named.success) return problem(notFound.refusal);
			return await respond({ app: locals.app, actor: locals.actor, params: named.output }, request);
		} catch (error) {
			return unexpected(error, { method: request.method, route: id ?? '' }, locals.app.failureOf);
		}
	};
}

function render(answer: Answer<unknown>): Response {
	if (!answer.ok) return problem(answer.refusal);
	const headers = { 'cache-control': 'no-store' };
	if (answer.value === undefined) return new Response(null, { status: 204, headers });
	return new Response(JSON.stringify(answer.value), {
		status: answer.created === true ? 201 : 200,
		headers: { ...headers, 'content-type': 'application/json' }
	});
}
