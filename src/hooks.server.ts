import { kernelHash } from 'virtual:procoder-runner/kernel';
import type { Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';
import * as v from 'valibot';
import { dev } from '$app/environment';
import { ContentHash, newLearnerId } from '$lib/domain/ids';
import { buildApp, nobody, readConfig, type App } from '$lib/server/app';
import { problem } from '$lib/server/http/problem';
import { securityHeaders, setsItsOwnHeaders } from '$lib/server/http/security-headers';
import { isOwnHost, mayChange } from '$lib/server/http/site';
import { logError } from '$lib/server/http/unexpected';

let app: App | undefined;

/** Builds the app once, before the first request is answered. */
export const init: ServerInit = async () => {
	const built = await buildApp({
		config: readConfig(process.env, process.cwd()),
		projectRoot: process.cwd(),
		kernelHash: v.parse(ContentHash, kernelHash),
		say: (text) => process.stdout.write(`${text}\n`)
	});
	app = built;
	// Emitted with our address when the server is ready; Vite's own says it by itself, so there the path must do.
	const sayLink = (address: string): void =>
		void process.stdout.write(`For authors: ${address}/operator#${built.operator.code}\n`);
	if (dev) sayLink('');
	else process.once('procoder:ready', sayLink);
	// Emitted as soon as the server is to stop: requests that would go on for ever must not keep it.
	process.on('procoder:stopping', () => built.drain());
	// Emitted when the last request is done; the server waits for what is handed to `waitFor` before it exits.
	process.on('sveltekit:shutdown', (_reason: unknown, waitFor?: (work: Promise<void>) => void) => {
		const closed = built.close();
		waitFor?.(closed);
	});
	if (dev) closeOnSignal(built);
};

/** Vite's server ends without a word, which would leave Postgres running until the next start takes it over. */
function closeOnSignal(built: App): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void built.close().finally(() => process.exit(0)));
	}
}

export const handle: Handle = async ({ event, resolve }) => {
	if (app === undefined) throw new Error('A request came before the app was built.');
	const answer = await respond(app, event, resolve);
	if (!setsItsOwnHeaders(event.url.pathname)) {
		for (const [name, value] of Object.entries(securityHeaders)) answer.headers.set(name, value);
		// A page holds one learner's work: no cache between us and them may give it to another.
		if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'private, no-cache');
	}
	return answer;
};

async function respond(
	built: App,
	event: RequestEvent,
	resolve: Parameters<Handle>[0]['resolve']
): Promise<Response> {
	const { request, url, locals } = event;
	if (!isOwnHost(url.host, built.config.loopback)) {
		return problem({
			code: 'forbidden',
			detail: 'ProCoder answers to localhost only: HOST is a loopback address.'
		});
	}
	if (!mayChange(request, url)) return problem({ code: 'cross-site' });
	locals.app = built;
	locals.isOperator =
		!isAnonymous(url.pathname) && built.operator.knows(event.cookies.get(built.operator.cookie));
	locals.actor = isAnonymous(url.pathname) ? nobody : { kind: 'learner', learnerId: identify(built, event) };
	const response = await resolve(event);
	return url.pathname.startsWith('/api/') ? asProblem(response) : response;
}

/** The runner's document must know nobody, and whoever watches our health is no learner. */
const isAnonymous = (pathname: string): boolean =>
	setsItsOwnHeaders(pathname) || pathname === '/api/v1/health';

const yearSeconds = 365 * 24 * 60 * 60;

/** The learner that the cookie names; who has none, or one that we did not sign, becomes a new one. */
function identify({ cookie }: App, { cookies, request, url }: RequestEvent) {
	const known = cookie.read(cookies.get(cookie.name));
	const learnerId = known ?? newLearnerId();
	// Pages renew it, so that the year counts from the last visit.
	const renew = known === undefined || request.headers.get('sec-fetch-dest') === 'document';
	if (renew) {
		cookies.set(cookie.name, cookie.sign(learnerId), {
			path: '/',
			httpOnly: true,
			sameSite: 'lax',
			secure: url.protocol === 'https:',
			maxAge: yearSeconds
		});
	}
	return learnerId;
}

/** The API speaks problem+json also where no route was reached: an unknown path, or a method that it does not have. */
function asProblem(response: Response): Response {
	const type = response.headers.get('content-type') ?? '';
	if (response.status < 400 || type.includes('json')) return response;
	const made =
		response.status === 404
			? problem({ code: 'not-found' })
			: problem({ code: 'bad-request' }, { status: response.status });
	const allow = response.headers.get('allow');
	if (allow !== null) made.headers.set('allow', allow);
	return made;
}

export const handleError: HandleServerError = ({ error, event, status, message }) => {
	// What a client asked wrongly (a broken address, a method that a page does not have) is no error of the server's.
	if (status < 500) return { message };
	const errorId = logError(error, { method: event.request.method, route: event.route.id ?? '' });
	return { message: 'Something went wrong on the server.', errorId };
};
