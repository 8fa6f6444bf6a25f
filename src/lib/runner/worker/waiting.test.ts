import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waiting, type Waiting } from './waiting';

/** Tasks of one cell wait side by side where Python can wait for promises. */
let asked: string[];
let wait: Waiting;
beforeEach(() => {
	vi.useFakeTimers();
	asked = [];
	wait = waiting(true, undefined, (prompt) => asked.push(prompt));
});
afterEach(() => {
	vi.useRealTimers();
});

/** What has become of a wait so far. */
function follow(wanted: Promise<unknown> | string | undefined): { state: unknown } {
	const followed: { state: unknown } = { state: 'waits' };
	Promise.resolve(wanted).then(
		(value) => (followed.state = value),
		(error: unknown) => (followed.state = error)
	);
	return followed;
}
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

describe('several waits at once', () => {
	test('questions are asked one after the other', async () => {
		const a = follow(wait.host.readLine('a?', false));
		const b = follow(wait.host.readLine('b?', false));
		expect(asked).toEqual(['a?']);
		wait.answer('1');
		await settle();
		expect([a.state, b.state]).toEqual(['1', 'waits']);
		expect(asked).toEqual(['a?', 'b?']);
		wait.answer('2');
		await settle();
		expect(b.state).toBe('2');
		expect(wait.cancel()).toBe(false);
	});

	test('a sleep that ends beside a question leaves it its answer', async () => {
		const slept = follow(wait.host.sleep(50));
		const line = follow(wait.host.readLine('a?', false));
		await vi.advanceTimersByTimeAsync(60);
		expect(slept.state).toBe(undefined);
		wait.answer('1');
		await settle();
		expect(line.state).toBe('1');
	});

	test('Stop ends all of them, and asks nothing more', async () => {
		const waits = [wait.host.sleep(50), wait.host.readLine('a?', false), wait.host.readLine('b?', false)];
		const followed = waits.map(follow);
		expect(wait.cancel()).toBe(true);
		await settle();
		for (const { state } of followed) expect(state).toBe(false);
		expect(asked).toEqual(['a?']);
		expect(vi.getTimerCount()).toBe(0);
		expect(wait.cancel()).toBe(false);
	});

	test('the next question after a Stop is asked', async () => {
		follow(wait.host.readLine('a?', false));
		follow(wait.host.readLine('b?', false));
		wait.cancel();
		const c = follow(wait.host.readLine('c?', false));
		expect(asked).toEqual(['a?', 'c?']);
		wait.answer('3');
		await settle();
		expect(c.state).toBe('3');
	});

	test('an answer to nothing is nobody’s', async () => {
		wait.answer('early');
		const a = follow(wait.host.readLine('a?', false));
		await settle();
		expect(a.state).toBe('waits');
	});
});
