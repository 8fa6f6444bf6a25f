import { describe, expect, test } from 'vitest';
import type { TryAnswer } from '$lib/ui/try-answer';
import { answerOf, refusalOf } from './try-call';
import { TryCall } from './try-call.svelte';

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

describe('calls that are asked one after the other', () => {
	const code = 'x = 1';
	const kinds = (tries: TryCall): string[] =>
		tries.items(code).map(({ call, answer }) => `${call} ${answer.kind}`);

	test('wait for those before them, and none is lost', async () => {
		const tries = new TryCall();
		const open: ((answer: TryAnswer) => void)[] = [];
		const answer = (): Promise<TryAnswer> => new Promise((resolve) => open.push(resolve));
		const first = tries.ask('f(1)', code, answer);
		const second = tries.ask('f(2)', code, answer);
		expect(kinds(tries)).toEqual(['f(1) asking', 'f(2) waiting']);
		await expect.poll(() => open).toHaveLength(1);
		open[0]?.({ kind: 'timed-out' });
		await first;
		await expect.poll(() => kinds(tries)).toEqual(['f(1) timed-out', 'f(2) asking']);
		open[1]?.({ kind: 'unavailable' });
		await second;
		expect(kinds(tries)).toEqual(['f(1) timed-out', 'f(2) unavailable']);
	});

	test('go on after one whose question failed', async () => {
		const tries = new TryCall();
		const first = tries.ask('f(1)', code, () => Promise.reject(new Error('gone')));
		const second = tries.ask('f(2)', code, () => Promise.resolve({ kind: 'timed-out' }));
		await expect(first).rejects.toThrow('gone');
		await second;
		expect(kinds(tries)[1]).toBe('f(2) timed-out');
	});
});
