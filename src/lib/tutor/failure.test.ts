import { expect, test } from 'vitest';
import { failureOf } from './failure';

test.each([
	['timed-out', 'timed-out'],
	['crashed', 'runner-failed'],
	['interrupted', 'stopped'],
	['failed', 'explainer-failed']
] as const)('a call that ended as %s is told as %s', (why, error) =>
	expect(failureOf({ ok: false, why, message: 'm'.repeat(3_000) })).toEqual({
		type: 'explanation-error',
		error,
		detail: 'm'.repeat(2_000)
	})
);

test('an answer that has no known shape is the explainer’s fault', () =>
	expect(failureOf({ ok: true })).toMatchObject({ error: 'explainer-failed' }));
