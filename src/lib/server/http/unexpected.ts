import { randomUUID } from 'node:crypto';
import type { ProblemCode } from '$lib/domain/problem';
import { problem } from './problem';

export type Where = { readonly method: string; readonly route: string };

/**
 * The answer to an error that nobody expected: what the client may know, and a log entry that its `errorId` names.
 * `failureOf` tells what the database's errors mean for the one who asked.
 */
export function unexpected(
	error: unknown,
	where: Where,
	failureOf: (error: unknown) => ProblemCode | undefined
): Response {
	const failure = failureOf(error);
	if (failure === 'invalid-text') {
		return problem({ code: 'invalid-text', detail: 'A name in the request holds a NUL character.' });
	}
	if (failure !== undefined) {
		logError(error, where);
		return problem({ code: failure });
	}
	if (isTooLarge(error)) return problem({ code: 'too-large' });
	return problem({ code: 'internal' }, { errorId: logError(error, where) });
}

/** Writes an error down, once, and returns the id that names the entry. */
export function logError(error: unknown, where: Where): string {
	const errorId = randomUUID();
	console.error(
		JSON.stringify({ time: new Date().toISOString(), level: 'error', errorId, ...where, ...describe(error) })
	);
	return errorId;
}

/** Drizzle's message lists the parameters, which are learners' code: only what the driver says is written down. */
function describe(error: unknown): { name: string; message: string; stack?: string | undefined } {
	if (!(error instanceof Error)) return { name: typeof error, message: 'not an Error' };
	if (error.message.startsWith('Failed query') && error.cause instanceof Error) return describe(error.cause);
	return { name: error.name, message: error.message.slice(0, 500), stack: error.stack?.slice(0, 4_000) };
}

/** The adapter's own limit on bodies, should it be the lower one. */
function isTooLarge(error: unknown): boolean {
	return error instanceof Error && 'status' in error && error.status === 413;
}
