import * as v from 'valibot';
import { Problem, type ProblemCode } from '$lib/domain/problem';

/** Why a request gave no answer that could be used. `offline`: nothing answered at all. */
export type ApiFailure = {
	code: ProblemCode | 'offline';
	status: number;
	detail?: string | undefined;
	body: unknown;
};
export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: ApiFailure };

export type Fetch = typeof fetch;

type Call<T> = {
	method: 'GET' | 'PUT' | 'POST' | 'DELETE';
	path: string;
	body?: unknown;
	answer: v.GenericSchema<unknown, T>;
};

/** One request to our own API. Never throws for what a network or a server may do; the answer is parsed by its schema. */
export async function request<T>(fetcher: Fetch, call: Call<T>, signal?: AbortSignal): Promise<ApiResult<T>> {
	let response: Response;
	let body: unknown;
	try {
		response = await fetcher(`/api/v1/${call.path}`, {
			method: call.method,
			...(call.body === undefined
				? {}
				: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(call.body) }),
			...(signal === undefined ? {} : { signal })
		});
		const text = await response.text();
		body = text === '' ? undefined : readJson(text);
	} catch {
		return { ok: false, failure: { code: 'offline', status: 0, body: undefined } };
	}
	if (!response.ok) {
		const problem = v.safeParse(Problem, body);
		const code = problem.success
			? problem.output.code
			: response.status >= 500
				? 'unavailable'
				: 'bad-request';
		return {
			ok: false,
			failure: {
				code,
				status: response.status,
				detail: problem.success ? problem.output.detail : undefined,
				body
			}
		};
	}
	const answer = v.safeParse(call.answer, body);
	return answer.success
		? { ok: true, value: answer.output }
		: { ok: false, failure: { code: 'internal', status: response.status, body } };
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
