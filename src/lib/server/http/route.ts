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

/** A file under a name that holds its hash: it can never become another one. */
export type HashedFile = {
	readonly bytes: Uint8Array;
	/** Of plain characters: it stands in a header. */
	readonly name: string;
	readonly mediaType: string;
	readonly hash: string;
};

/**
 * A route of the API that answers with a file. A browser keeps it for a year, no cache in between does (the answer may carry a
 * cookie), and whatever the file says it is, opening its address downloads it: nothing in it runs here.
 */
export function fileRoute<P>(
	spec: { params: Schema<P> },
	use: (call: Call<P>) => Promise<Answer<HashedFile>>
): RequestHandler {
	return guarded(spec.params, async (call, request) => {
		const answer = await use(call);
		if (!answer.ok) return problem(answer.refusal);
		const { bytes, name, mediaType, hash } = answer.value;
		const headers = {
			etag: `"${hash}"`,
			'cache-control': 'private, max-age=31536000, immutable',
			'content-security-policy': "default-src 'none'; sandbox",
			'x-content-type-options': 'nosniff'
		};
		if (isKnown(request.headers.get('if-none-match'), hash))
			return new Response(null, { status: 304, headers });
		return new Response(Uint8Array.from(bytes), {
			headers: {
				...headers,
				'content-type': mediaType,
				'content-length': String(bytes.byteLength),
				'content-disposition': `attachment; filename="${name}"`
			}
		});
	});
}

/** Whether `If-None-Match` names this hash, weakly or not, alone or among others. */
const isKnown = (header: string | null, hash: string): boolean =>
	header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${hash}"`) ?? false;

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
