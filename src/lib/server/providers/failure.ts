import * as v from 'valibot';
import type { ModelFailure } from '$lib/domain/tutor-model';
import type { Failure } from './provider';

const maxDetailChars = 500;
const passing: ReadonlySet<ModelFailure> = new Set(['not-running', 'overloaded', 'cut-off', 'timed-out']);

/** `retryable`: the same request may well succeed a little later. */
export const failure = (kind: ModelFailure, detail: string): Failure => ({
	kind,
	retryable: passing.has(kind),
	detail: detail.slice(0, maxDetailChars)
});

/** A failure on its way up through code that knows only exceptions (the official client, a stream's reader). */
export class ProviderFault extends Error {
	readonly failure: Failure;

	constructor(kind: ModelFailure, detail: string) {
		super(detail);
		this.name = 'ProviderFault';
		this.failure = failure(kind, detail);
	}
}

const nobodyThere = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EHOSTDOWN',
	'UND_ERR_CONNECT_TIMEOUT'
]);

/** The failure behind whatever was thrown while a server was asked. */
export function failureOf(error: unknown): Failure {
	if (error instanceof ProviderFault) return error.failure;
	// `response.json()` of something else.
	if (error instanceof SyntaxError) return failure('malformed', error.message);
	const codes = codesOf(error);
	const detail = [error instanceof Error ? error.message : String(error), ...codes].join(' · ');
	if (codes.some((code) => nobodyThere.has(code))) return failure('not-running', detail);
	if (codes.some((code) => /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)))
		return failure('timed-out', detail);
	// Not HTTP, a broken chunk, a broken compression.
	if (codes.some((code) => /^(HPE_|Z_|ERR_INVALID_URL)/.test(code))) return failure('malformed', detail);
	return failure('cut-off', detail);
}

/** `fetch` throws a TypeError; what happened stands in its cause, and for names with several addresses one deeper. */
function codesOf(error: unknown, depth = 0): string[] {
	if (!(error instanceof Error) || depth > 3) return [];
	const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
	const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
	return [...code, ...[error.cause, ...inner].flatMap((each) => codesOf(each, depth + 1))];
}

const ErrorBody = v.object({ error: v.union([v.string(), v.object({ message: v.string() })]) });
const OtherBody = v.union([
	v.object({ message: v.string() }),
	v.object({ detail: v.string() }),
	v.object({ object: v.literal('error'), message: v.string() })
]);

/**
 * What a server says went wrong, from the body of an error. Ollama puts the error of its runner into its own as JSON text,
 * so that an error may have to be unpacked twice.
 */
export function messageIn(body: string, depth = 0): string {
	const json = parsed(body);
	const ours = v.safeParse(ErrorBody, json);
	if (ours.success) {
		const { error } = ours.output;
		const message = typeof error === 'string' ? error : error.message;
		return depth < 2 && message.startsWith('{') ? messageIn(message, depth + 1) : message;
	}
	const other = v.safeParse(OtherBody, json);
	if (other.success) return 'message' in other.output ? other.output.message : other.output.detail;
	return body;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The failure that an HTTP status and the words of its body stand for; inside of a stream the status is 200. */
export function refusal(status: number, body: string): Failure {
	const message = messageIn(body).trim();
	const words = status === 200 ? message : `HTTP ${status}: ${message}`;
	return failure(kindOf(status, message), message === '' ? `HTTP ${status}` : words);
}

const outOfContext =
	/context (?:length|size|window|limit)|n_ctx|exceeds? the (?:available )?context|max_new_tokens`? must be|maximum context|input (?:length|is too long)|prompt (?:is )?too (?:long|large)/i;
const noModel =
	/model .{0,200}(?:not found|does not exist|not loaded|is not available)|no models? (?:loaded|found)|unknown model/i;
const busy =
	/server busy|maximum pending requests|loading model|model is loading|overloaded|too many requests|no slot available/i;
// The runner's process is gone, or the machine's memory is: another try loads the model again.
const lost =
	/unexpected EOF|runner (?:process )?(?:has )?(?:terminated|crashed)|while running the model|connection reset/i;

function kindOf(status: number, message: string): ModelFailure {
	if (outOfContext.test(message)) return 'out-of-context';
	if (status === 429 || status === 503 || status === 529 || busy.test(message)) return 'overloaded';
	if (noModel.test(message)) return 'no-such-model';
	if (lost.test(message)) return 'cut-off';
	if (status === 408 || status === 504) return 'timed-out';
	// A proxy whose server is down.
	if (status === 502) return 'not-running';
	return 'refused';
}
