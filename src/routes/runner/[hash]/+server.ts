import { hash, html } from 'virtual:procoder-runner/document';
import { framePolicy } from '$lib/runner/frame/document';
import type { RequestHandler } from './$types';

/**
 * The runner's document under the name of its content, so that a browser keeps it for good: with the server down a frame still
 * starts. Another version has another name; asked for one that is not ours, we have nothing to give.
 */
export const GET: RequestHandler = ({ params }) => {
	if (params.hash !== hash)
		return new Response('This version of ProCoder is gone. Load the page again.', { status: 404 });
	return new Response(html, {
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': framePolicy,
			'cross-origin-embedder-policy': 'require-corp',
			'cross-origin-resource-policy': 'cross-origin',
			'x-content-type-options': 'nosniff',
			'referrer-policy': 'no-referrer',
			'cache-control': 'public, max-age=31536000, immutable'
		}
	});
};
