import { describe, expect, test } from 'vitest';
import { answerOf, refusalOf } from './try-call';

const none = {
	functions: [],
	classes: [],
	names: [],
	loops: [],
	branches: [],
	returns: [],
	raises: [],
	calls: [],
	imports: [],
	prints: false,
	readsInput: false
};
const ran = (run: object) => ({
	ok: true as const,
	value: {
		static: none,
		run: { call: 'f()', visits: [], passes: [], taken: [], values: [], stdout: '', steps: 1, ...run }
	}
});

describe('what can be tried', () => {
	test.for(['f([])', ' half(4) ', 'box.put(1, at=2)', 'list(f(3))', 'greet(\'a\', "b")', 'f(g)'])(
		'%s',
		(call) => {
			expect(refusalOf(call)).toBeUndefined();
		}
	);

	test.for(['', 'f', 'x + 1', 'f(', 'f(1); g(2)', 'f(g(2))', 'x = f(1)', '__import__("os")', 'print(f(1))'])(
		'not: %s',
		(call) => {
			expect(refusalOf(call)).toEqual({ kind: 'refused', why: 'not-a-plain-call' });
		}
	);
});

describe('the answer', () => {
	test('is what the call gave and printed', () => {
		expect(answerOf(ran({ status: 'ok', returned: '[1]', stdout: 'hi\n' }))).toEqual({
			kind: 'returned',
			value: '[1]',
			printed: 'hi\n'
		});
	});

	test('is the error, with where it arose', () => {
		const raised = { type: 'ZeroDivisionError', message: 'division by zero', line: 2 };
		expect(answerOf(ran({ status: 'raised', raised, stdout: 'before\n' }))).toEqual({
			kind: 'raised',
			printed: 'before\n',
			...raised
		});
	});

	test('is that it went on for too long, whoever ended it', () => {
		expect(answerOf(ran({ status: 'timed-out' }))).toEqual({ kind: 'timed-out' });
		expect(answerOf({ ok: false, why: 'timed-out', message: '' })).toEqual({ kind: 'timed-out' });
	});

	test('is why it could not be asked', () => {
		const refused = { why: 'unknown-name', detail: 'there is no `g`' };
		expect(answerOf(ran({ status: 'refused', refused }))).toEqual({ kind: 'refused', why: 'unknown-name' });
		expect(answerOf({ ok: true, value: { syntaxError: { message: 'invalid syntax', line: 1 } } })).toEqual({
			kind: 'refused',
			why: 'syntax-error'
		});
	});

	test('is none where the bench has ended, or says what nobody knows', () => {
		expect(answerOf({ ok: false, why: 'crashed', message: '' })).toEqual({ kind: 'unavailable' });
		expect(answerOf({ ok: true, value: { run: 'fast' } })).toEqual({ kind: 'unavailable' });
	});
});
