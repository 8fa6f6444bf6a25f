/// <reference types="vite/client" />
import type { Cookies, RequestEvent, RequestHandler } from '@sveltejs/kit';
import { handle } from '../../src/hooks.server';

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
const methods: readonly Method[] = ['GET', 'PUT', 'POST', 'DELETE'];

const files = import.meta.glob<Partial<Record<Method, RequestHandler>>>(
	'../../src/routes/api/**/+server.ts',
	{
		eager: true
	}
);

/** Every method of every file under routes/api, so that a new one cannot be left out of a test. */
export const endpoints = Object.entries(files).flatMap(([file, handlers]) => {
	const id = file.replace('../../src/routes', '').replace('/+server.ts', '');
	return methods.flatMap((method) => {
		const handler = handlers[method];
		return handler === undefined ? [] : [{ id, method, handler }];
	});
});

/** The endpoint's address with `values` for its parameters. */
export const addressOf = (id: string, values: Readonly<Record<string, string>>): string =>
	id.replace(/\[(\w+)\]/g, (_match, name: string) => values[name] ?? 'x');

export const origin = 'http://localhost:3000';

/** A request as a page of our own would send it. */
export function ownRequest(method: string, path: string, body?: unknown, cookie?: string): Request {
	return new Request(`${origin}${path}`, {
		method,
		headers: {
			'sec-fetch-site': 'same-origin',
			...(cookie === undefined ? {} : { cookie }),
			...(body === undefined ? {} : { 'content-type': 'application/json' })
		},
		...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
	});
}

/** Sends a request through the hooks to its handler, as SvelteKit does; `cookies` are those that the answer sets. */
export async function send(request: Request): Promise<{ response: Response; cookies: Map<string, string> }> {
	const url = new URL(request.url);
	const found = endpoints
		.map((endpoint) => ({ ...endpoint, params: match(endpoint.id, url.pathname) }))
		.filter(({ params }) => params !== undefined);
	const endpoint = found.find(({ method }) => method === request.method);
	const cookies = new Map<string, string>();
	const event = {
		request,
		url,
		params: endpoint?.params ?? {},
		route: { id: endpoint?.id ?? null },
		locals: {},
		cookies: cookieJar(request.headers.get('cookie') ?? '', cookies)
	};
	const response = await handle({
		// The one cast of these tests: an event has many members that neither hooks nor handlers may use.
		event: event as unknown as RequestEvent,
		resolve: async (given) => {
			if (endpoint !== undefined) return endpoint.handler(given);
			return new Response('no', { status: found.length > 0 ? 405 : 404 });
		}
	});
	return { response, cookies };
}

function match(id: string, pathname: string): Record<string, string> | undefined {
	const names = [...id.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => name);
	const found = new RegExp(`^${id.replace(/\[\w+\]/g, '([^/]+)')}$`).exec(pathname);
	if (found === null) return undefined;
	return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
}

function cookieJar(header: string, set: Map<string, string>): Pick<Cookies, 'get' | 'set' | 'delete'> {
	const sent = new Map(
		header.split('; ').map((pair): [string, string] => {
			const at = pair.indexOf('=');
			return [pair.slice(0, at), pair.slice(at + 1)];
		})
	);
	return {
		get: (name) => sent.get(name),
		set: (name, value, options) => void set.set(name, `${value}; ${JSON.stringify(options)}`),
		delete: (name, options) => void set.set(name, `; ${JSON.stringify({ ...options, maxAge: 0 })}`)
	};
}
