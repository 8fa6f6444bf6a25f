import type { Problem, ProblemCode } from '$lib/domain/problem';
import type { Refusal } from '$lib/domain/answer';

const kinds: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
	'bad-request': { status: 400, title: 'The request cannot be read.' },
	'invalid-body': { status: 422, title: 'The request does not say what is expected.' },
	'invalid-text': { status: 422, title: 'The request holds text that cannot be stored.' },
	'not-signed-in': { status: 401, title: 'This needs a learner.' },
	forbidden: { status: 403, title: 'This is not allowed.' },
	'cross-site': { status: 403, title: 'This request comes from another site.' },
	'not-found': { status: 404, title: 'There is no such thing here.' },
	conflict: { status: 409, title: 'This does not go with what is stored.' },
	'too-large': { status: 413, title: 'This is too large.' },
	'storage-full': { status: 507, title: 'The server has no room left to store this.' },
	'too-many': { status: 429, title: 'Too much is asked for at the same time.' },
	'no-model': { status: 409, title: 'No model can be asked.' },
	unavailable: { status: 503, title: 'The database is not available just now.' },
	internal: { status: 500, title: 'Something went wrong on the server.' }
};

/** Seconds after which a request may be tried again while the database is away. */
const retryAfterSeconds = '2';

type Extra = { status?: number; errorId?: string };

/** An RFC 9457 answer: the status belongs to the code, unless HTTP has a closer one for the case. */
export function problem(refusal: Refusal, extra: Extra = {}): Response {
	const { code, detail, issues, stored, next } = refusal;
	const { title } = kinds[code];
	const status = extra.status ?? kinds[code].status;
	const body: Problem & { stored?: unknown; next?: number } = {
		type: `urn:procoder:problem:${code}`,
		title,
		status,
		code,
		...(detail === undefined ? {} : { detail }),
		...(issues === undefined ? {} : { issues: [...issues] }),
		...(extra.errorId === undefined ? {} : { errorId: extra.errorId }),
		...(stored === undefined ? {} : { stored }),
		...(next === undefined ? {} : { next })
	};
	return new Response(JSON.stringify(body), {
		status,
		headers: {
			'content-type': 'application/problem+json',
			'cache-control': 'no-store',
			...(code === 'unavailable' ? { 'retry-after': retryAfterSeconds } : {})
		}
	});
}
