import frameScript from 'virtual:procoder-runner/frame';
import type { RequestHandler } from './$types';

/**
 * The runner's document: an opaque origin (`sandbox`) without network (`connect-src 'none'`), so that what a learner runs has
 * nobody to be and nowhere to go. `worker-src data:` and `script-src blob:` are what starting its worker takes.
 */
const policy = [
	'sandbox allow-scripts',
	"default-src 'none'",
	"script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
	'worker-src data:',
	"connect-src 'none'"
].join('; ');

// A closing tag inside the script would end it early.
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Python</title></head><body><script>${frameScript.replaceAll('</script', '<\\/script')}</script></body></html>`;

export const GET: RequestHandler = () =>
	new Response(html, {
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': policy,
			'cross-origin-embedder-policy': 'require-corp',
			'cross-origin-resource-policy': 'cross-origin',
			'x-content-type-options': 'nosniff',
			'referrer-policy': 'no-referrer',
			'cache-control': 'no-cache'
		}
	});
