import type { RequestHandler } from '@sveltejs/kit';
import { eventStream } from '$lib/server/http/event-stream';

/** Server-sent events: the marks of all lessons, at once and whenever one of them changes. They say nothing about anybody. */
export const GET: RequestHandler = ({ locals }) =>
	eventStream(({ send, end }) => locals.app.course.watch({ changed: send, ended: end }));
