import { createHash } from 'node:crypto';
import font from '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2?inline';
import purify from 'dompurify/dist/purify.min.js?raw';
import { dev, version } from '$app/environment';
import show from './show.js?raw';
import style from './show.css?raw';
import type { RequestHandler } from './$types';

// A closing tag inside the script would end it early; the note where its source map lies would be a request.
const script = `${purify}\n${show}`
	.replaceAll('</script', '<\\/script')
	.replace(/^\/\/# sourceMapping.*$/m, '');
const scriptHash = createHash('sha256').update(script).digest('base64');

/**
 * The document in which a cell's HTML is shown: of opaque origin, so that it is nobody, and without any way to load, send, open
 * or ask. One script runs, ours; styles that come with the HTML do, because a table's look is in them.
 */
const policy = [
	'sandbox allow-scripts',
	"default-src 'none'",
	`script-src 'sha256-${scriptHash}'`,
	"style-src 'unsafe-inline'",
	'img-src data:',
	'font-src data:',
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'self'"
].join('; ');

// Nobody may fetch, so the page's font comes along.
const face = `@font-face{font-family:'Atkinson Hyperlegible Next';font-weight:200 800;src:url(${font})format('woff2')}`;

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Output</title><style>${face}${style}</style></head><body></body><script>${script}</script></html>`;

/** Each build has its own address, so that a browser keeps the document for good and shows output with the server down. */
export const GET: RequestHandler = ({ params }) => {
	if (params.version !== version)
		return new Response('This version of ProCoder is gone. Load the page again.', { status: 404 });
	return new Response(html, {
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': policy,
			'cross-origin-embedder-policy': 'require-corp',
			'cross-origin-resource-policy': 'same-origin',
			'permissions-policy': 'camera=(), microphone=(), geolocation=(), fullscreen=(), autoplay=()',
			'x-content-type-options': 'nosniff',
			'x-dns-prefetch-control': 'off',
			'referrer-policy': 'no-referrer',
			'cache-control': dev ? 'no-cache' : 'public, max-age=31536000, immutable'
		}
	});
};
