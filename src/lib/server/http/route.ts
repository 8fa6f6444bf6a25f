import type { RequestEvent, RequestHandler } from '@sveltejs/kit';
import * as v from 'valibot';
import type { Actor } from '$lib/server/auth/actor';
import { notFound, type Answer } from '$lib/domain/answer';
import type { LogPart } from '$lib/domain/log-part';
import { readBody } from './body';
import { eventStream } from './event-stream';
import { firstMissing, logStream } from './log-stream';
import { problem } from './problem';
import { logError, unexpected, type Where } from './unexpected';

type Schema<T> = v.GenericSchema<unknown, T>;
type Call<P> = {
	app: App.Locals['app'];
	actor: Actor;
	/** The one who acts where only the operator may; whoever is not that stays who they are. */
	operator: Actor;
	params: P;
	/** Ends the cookie: the next request is a new learner's. */
	forgetLearner: () => void;
};

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

/** A document under a name, in pieces that are made when they are asked for. Its name is of plain characters. */
export type Download = { readonly pieces: AsyncIterable<string>; readonly name: string };

/**
 * A route of the API that answers with a JSON document to save. A reader who is slow, or goes away, keeps the next piece from
 * being made. What fails on the way breaks the connection: a part must not look like the whole.
 */
export function downloadRoute<P>(
	spec: { params: Schema<P> },
	use: (call: Call<P>) => Promise<Answer<Download>>
): RequestHandler {
	return guarded(spec.params, async (call, _request, where) => {
		const answer = await use(call);
		if (!answer.ok) return problem(answer.refusal);
		const { pieces, name } = answer.value;
		return new Response(streamOf(pieces, where), {
			headers: {
				'cache-control': 'no-store',
				'content-type': 'application/json',
				'content-disposition': `attachment; filename="${name}"`
			}
		});
	});
}

/**
 * A route of the API that answers with a log, as server-sent events that go on while it grows. `from` is the number of the first event
 * that the browser lacks.
 */
export function logRoute<P>(
	spec: { params: Schema<P> },
	use: (call: Call<P> & { from: number }) => Promise<Answer<(signal: AbortSignal) => AsyncIterator<LogPart>>>
): RequestHandler {
	return guarded(spec.params, async (call, request) => {
		const answer = await use({ ...call, from: firstMissing(request) });
		return answer.ok ? logStream(answer.value) : problem(answer.refusal);
	});
}

/**
 * A route of the API with a body whose answer comes in parts, as server-sent events. Nobody knows them by a number: who loses the
 * connection has ended what was done, and asks anew.
 */
export function partsRoute<P, B>(
	spec: { params: Schema<P>; body: Schema<B> },
	use: (call: Call<P> & { body: B }) => Promise<Answer<(signal: AbortSignal) => AsyncIterable<object>>>
): RequestHandler {
	return guarded(spec.params, async (call, request, where) => {
		const body = await readBody(request, spec.body);
		if (!body.ok) return problem(body.refusal, body.status === undefined ? {} : { status: body.status });
		const answer = await use({ ...call, body: body.value });
		if (!answer.ok) return problem(answer.refusal);
		return eventStream(({ send, end }) => {
			const over = new AbortController();
			const tell = async (): Promise<void> => {
				for await (const part of answer.value(over.signal)) send(part);
			};
			tell()
				.catch((error: unknown) => logError(error, where))
				.finally(end);
			return () => over.abort();
		});
	});
}

function streamOf(pieces: AsyncIterable<string>, where: Where): ReadableStream<Uint8Array> {
	const iterator = pieces[Symbol.asyncIterator]();
	const encoder = new TextEncoder();
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					const piece = await iterator.next();
					if (piece.done === true) controller.close();
					else controller.enqueue(encoder.encode(piece.value));
				} catch (error) {
					controller.error(new Error(`The rest could not be read: ${logError(error, where)}`));
				}
			},
			async cancel() {
				await iterator.return?.();
			}
		},
		// Nothing is made before it is asked for.
		{ highWaterMark: 0 }
	);
}

/** Whether `If-None-Match` names this hash, weakly or not, alone or among others. */
const isKnown = (header: string | null, hash: string): boolean =>
	header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${hash}"`) ?? false;

function guarded<P>(
	schema: Schema<P>,
	respond: (call: Call<P>, request: Request, where: Where) => Promise<Response>
): RequestHandler {
	return async (event) => {
		const {
			request,
			params,
			locals,
			route: { id }
		} = event;
		const where = { method: request.method, route: id ?? '' };
		try {
			const named = v.safeParse(schema, params);
			if (!named.success) return problem(notFound.refusal);
			const { app, actor } = locals;
			const operator: Actor = locals.isOperator ? { kind: 'operator' } : actor;
			const forgetLearner = (): void => endCookie(event);
			return await respond({ app, actor, operator, params: named.output, forgetLearner }, request, where);
		} catch (error) {
			return unexpected(error, where, locals.app.failureOf);
		}
	};
}

/** With the attributes that the cookie was set with, or a browser keeps it. */
function endCookie({ cookies, locals, url }: RequestEvent): void {
	cookies.delete(locals.app.cookie.name, {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure: url.protocol === 'https:'
	});
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
