import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeLimit } from './time-limit';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('only the time that it runs counts', () => {
	const over = vi.fn();
	const limit = new TimeLimit(1_000, over);
	vi.advanceTimersByTime(5_000);
	limit.run();
	vi.advanceTimersByTime(600);
	limit.pause();
	vi.advanceTimersByTime(5_000);
	limit.run();
	vi.advanceTimersByTime(399);
	expect(over).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(over).toHaveBeenCalledOnce();
});

test('pausing or running it twice changes nothing', () => {
	const over = vi.fn();
	const limit = new TimeLimit(1_000, over);
	limit.run();
	vi.advanceTimersByTime(500);
	limit.run();
	limit.pause();
	vi.advanceTimersByTime(500);
	limit.pause();
	limit.run();
	vi.advanceTimersByTime(500);
	expect(over).toHaveBeenCalledOnce();
});

test('without a limit it is never over', () => {
	const over = vi.fn();
	const limit = new TimeLimit(undefined, over);
	limit.run();
	vi.advanceTimersByTime(1_000_000);
	limit.pause();
	expect(over).not.toHaveBeenCalled();
});
