import type { TutorEvent } from '$lib/domain/tutor-event';

type Failure = Extract<TutorEvent, { type: 'explanation-error' }>;
/** What came back instead of an explanation that can be read. */
type Answer =
	{ ok: true } | { ok: false; why: 'timed-out' | 'interrupted' | 'crashed' | 'failed'; message: string };

const errorOf = {
	'timed-out': 'timed-out',
	crashed: 'runner-failed',
	interrupted: 'stopped',
	failed: 'explainer-failed'
} as const satisfies Record<string, Failure['error']>;
const maxDetailChars = 2_000;

/** The event that ends the log of an explanation that was never made: whose fault it was decides what a reader is told. */
export function failureOf(answer: Answer): Failure {
	return {
		type: 'explanation-error',
		error: answer.ok ? 'explainer-failed' : errorOf[answer.why],
		detail: answer.ok ? 'The explanation has no known shape.' : answer.message.slice(0, maxDetailChars)
	};
}
