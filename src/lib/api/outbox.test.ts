import { expect, test } from 'vitest';
import { Outbox, type OutboxState } from './outbox';
import type { ApiResult } from './request';

const fine = { ok: true, value: 1 } as const;
const failed = (code: 'offline' | 'conflict'): ApiResult<number> => ({
	ok: false,
	failure: { code, status: 0, body: undefined }
});

test('requests are sent in order, and one that found nobody is sent again before the next', async () => {
	const log: string[] = [];
	const states: OutboxState[] = [];
	const waits: number[] = [];
	const outbox = new Outbox(
		(state) => states.push(state),
		(ms) => {
			waits.push(ms);
			return Promise.resolve();
		}
	);
	let tries = 0;
	const first = outbox.add(() => {
		log.push('first');
		return Promise.resolve(++tries < 3 ? failed('offline') : fine);
	});
	const second = outbox.add(() => {
		log.push('second');
		return Promise.resolve(fine);
	});
	expect(await first).toEqual(fine);
	expect(await second).toEqual(fine);
	expect(log).toEqual(['first', 'first', 'first', 'second']);
	expect(waits).toEqual([500, 1_000]);
	expect(states).toContain('waiting');
	expect(states.at(-1)).toBe('empty');
});

test('a refusal is an answer: it is handed back, and the queue goes on', async () => {
	const outbox = new Outbox(
		() => undefined,
		() => Promise.reject(new Error('must not wait'))
	);
	const refused = outbox.add(() => Promise.resolve(failed('conflict')));
	const next = outbox.add(() => Promise.resolve(fine));
	expect(await refused).toEqual(failed('conflict'));
	expect(await next).toEqual(fine);
});
