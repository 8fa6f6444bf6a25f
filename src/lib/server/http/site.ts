import { isLoopback } from '$lib/server/config';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request may change something: only our own pages may. Browsers say where a request comes from; where one does
 * not (`Sec-Fetch-Site` is missing on plain HTTP to other hosts than localhost), its Origin must be the host that it asks.
 * SvelteKit checks forms only; JSON from another site would reach the handlers.
 */
export function mayChange(request: Request, url: URL): boolean {
	if (safeMethods.has(request.method)) return true;
	const site = request.headers.get('sec-fetch-site');
	if (site !== null && site !== 'same-origin') return false;
	const origin = request.headers.get('origin');
	if (origin !== null) return URL.parse(origin)?.host === url.host && /^https?:\/\//.test(origin);
	return site === 'same-origin';
}

/**
 * Whether a `Host` header is one that we answer to. Bound to loopback that is this machine by its usual names, on any port:
 * a page of another site whose name was made to point here (DNS rebinding) gets nothing.
 */
export function isOwnHost(host: string | null, boundToLoopback: boolean): boolean {
	const name = URL.parse(`http://${host ?? ''}`);
	if (name === null || host === null || host === '' || name.host !== host.toLowerCase().replace(/:80$/, ''))
		return false;
	return !boundToLoopback || isLoopback(name.hostname.replace(/^\[(.*)\]$/, '$1'));
}
