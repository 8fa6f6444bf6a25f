/** What a database error means for the one who asked; undefined where it is a fault of ours. */
export type DatabaseFailure = 'unavailable' | 'storage-full' | 'invalid-text' | 'conflict';

const networkErrors = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ENOTFOUND',
	'EAI_AGAIN',
	'ETIMEDOUT',
	'EHOSTUNREACH'
]);
const unavailable = new Set([
	'57P01', // shut down by an administrator
	'57P02', // a backend crashed
	'57P03', // starting, recovering or stopping
	'57014', // a statement ran into its time limit
	'25P03', // a transaction sat idle too long
	'53000',
	'53200', // out of memory
	'53300', // too many connections
	'40001', // serialisation failure
	'40P01', // deadlock
	'55P03' // a lock was not to be had in time
]);
// The pool's and the driver's own errors carry no code.
const lostConnection =
	/Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client was closed|not queryable/;

/** Looks through the whole chain of causes: Drizzle wraps the driver's error. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
	for (
		let cause: unknown = error, depth = 0;
		cause instanceof Error && depth < 8;
		cause = cause.cause, depth++
	) {
		if (
			cause instanceof AggregateError &&
			cause.errors.some((inner) => databaseFailure(inner) === 'unavailable')
		) {
			return 'unavailable';
		}
		const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
		if (code === '53100') return 'storage-full';
		if (code === '22021' || code === '22P05') return 'invalid-text';
		// What it hangs on has gone since it was looked at: a learner deleted everything while another tab was saving.
		if (code === '23503') return 'conflict';
		if (unavailable.has(code) || code.startsWith('08') || networkErrors.has(code)) return 'unavailable';
		if (lostConnection.test(cause.message)) return 'unavailable';
	}
	return undefined;
}
