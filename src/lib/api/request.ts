import * as v from 'valibot';
import { Problem, type ProblemCode } from '$lib/domain/problem';

/** Why a request gave no answer that could be used. `offline`: nothing answered at all. `no-cookies`: it was not even sent. */
export type ApiFailure = {
	code: ProblemCode | 'offline' | 'no-cookies';
	status: number;
	body: unknown;
};
/** `servedAt`: by the server's clock, in milliseconds of the epoch, where it said so; a browser's may be days off. */
export type ApiResult<T> =
	{ ok: true; value: T; servedAt?: number | undefined } | { ok: false; failure: ApiFailure };

export type Fetch = typeof fetch;

/** A request as data, so that it can be kept and sent at another time. */
export type ApiRequest = { method: 'GET' | 'PUT' | 'POST' | 'DELETE'; path: string; body?: unknown };

/** A server that has not answered by then counts as one that does not answer. */
const timeoutMs = 20_000;

/** One request to our own API. Never throws for what a network or a server may do; the answer is JSON, still unparsed. */
export async function send(
	fetcher: Fetch,
	{ method, path, body }: ApiRequest,
	patienceMs = timeoutMs
): Promise<ApiResult<unknown>> {
	let response: Response;
	let answer: unknown;
	try {
		response = await fetcher(`/api/v1/${path}`, {
			method,
			signal: AbortSignal.timeout(patienceMs),
			...(body === undefined
				? {}
				: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
		});
		const text = await response.text();
		answer = text === '' ? undefined : readJson(text);
	} catch {
		return { ok: false, failure: { code: 'offline', status: 0, body: undefined } };
	}
	if (!response.ok) return failed(response.status, answer);
	const servedAt = Date.parse(response.headers.get('date') ?? '');
	return { ok: true, value: answer, servedAt: Number.isNaN(servedAt) ? undefined : servedAt };
}

/** One of our own files, as bytes. The browser keeps what the server calls immutable, so that most calls reach no network. */
export async function fetchBytes(fetcher: Fetch, path: string): Promise<ApiResult<Uint8Array>> {
	try {
		const response = await fetcher(`/api/v1/${path}`, { signal: AbortSignal.timeout(timeoutMs) });
		if (!response.ok) return failed(response.status, readJson(await response.text()));
		return { ok: true, value: new Uint8Array(await response.arrayBuffer()) };
	} catch {
		return { ok: false, failure: { code: 'offline', status: 0, body: undefined } };
	}
}

/** The failure that a refusing answer stands for. */
export function failed(status: number, body: unknown): { ok: false; failure: ApiFailure } {
	const problem = v.safeParse(Problem, body);
	const code = problem.success ? problem.output.code : status >= 500 ? 'unavailable' : 'bad-request';
	return { ok: false, failure: { code, status, body } };
}

/** The same result with its value read by a schema. */
export function readAnswer<T>(schema: v.GenericSchema<unknown, T>, result: ApiResult<unknown>): ApiResult<T> {
	if (!result.ok) return result;
	const answer = v.safeParse(schema, result.value);
	if (answer.success) return { ok: true, value: answer.output, servedAt: result.servedAt };
	return { ok: false, failure: { code: 'internal', status: 200, body: result.value } };
}

/** The value of a JSON text; undefined for anything else. */
export function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
