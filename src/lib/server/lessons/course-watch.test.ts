import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CourseMarks } from '$lib/domain/course-marks';
import { courseWatch, type Watcher } from './course-watch';

let state = 'a';
let looks = 0;
const look = (): Promise<CourseMarks> => {
	looks += 1;
	if (state === 'broken') return Promise.reject(new Error('The disk is away.'));
	return Promise.resolve({ course: state, lessons: { values: state } });
};

beforeEach(() => {
	vi.useFakeTimers();
	state = 'a';
	looks = 0;
});
afterEach(() => void vi.useRealTimers());

function listener() {
	const heard: string[] = [];
	const watcher: Watcher = { changed: ({ course }) => heard.push(course), ended: () => heard.push('ended') };
	return { heard, watcher };
}

it('says what is there at once, and every change within a second', async () => {
	const { heard, watcher } = listener();
	courseWatch(look).watch(watcher);
	await vi.advanceTimersByTimeAsync(0);
	expect(heard).toEqual(['a']);
	await vi.advanceTimersByTimeAsync(5_000);
	expect(heard).toEqual(['a']);
	state = 'b';
	await vi.advanceTimersByTimeAsync(1_000);
	expect(heard).toEqual(['a', 'b']);
});

it('looks as often for many as for one, and not at all for nobody', async () => {
	const watch = courseWatch(look, 100);
	const all = Array.from({ length: 50 }, listener);
	const leave = all.map(({ watcher }) => watch.watch(watcher));
	await vi.advanceTimersByTimeAsync(1_000);
	expect(looks).toBe(11);
	expect(all.map(({ heard }) => heard)).toEqual(Array.from({ length: 50 }, () => ['a']));
	for (const end of leave) end();
	await vi.advanceTimersByTimeAsync(10_000);
	expect(looks).toBe(11);
	// Who comes after a pause hears what is there then.
	state = 'c';
	const late = listener();
	watch.watch(late.watcher);
	await vi.advanceTimersByTimeAsync(0);
	expect(late.heard).toEqual(['c']);
});

it('goes on after a look that failed', async () => {
	const { heard, watcher } = listener();
	courseWatch(look).watch(watcher);
	await vi.advanceTimersByTimeAsync(0);
	state = 'broken';
	await vi.advanceTimersByTimeAsync(2_000);
	state = 'b';
	await vi.advanceTimersByTimeAsync(1_000);
	expect(heard).toEqual(['a', 'b']);
});

it('lets one leave while it looks', async () => {
	const { heard, watcher } = listener();
	const leave = courseWatch(look).watch(watcher);
	leave();
	await vi.advanceTimersByTimeAsync(5_000);
	expect(heard).toEqual([]);
	expect(looks).toBe(1);
});

it('ends everybody when it is closed, and who comes later at once', async () => {
	const watch = courseWatch(look);
	const [first, late] = [listener(), listener()];
	watch.watch(first.watcher);
	await vi.advanceTimersByTimeAsync(0);
	watch.close();
	watch.close();
	watch.watch(late.watcher);
	state = 'b';
	await vi.advanceTimersByTimeAsync(5_000);
	expect(first.heard).toEqual(['a', 'ended']);
	expect(late.heard).toEqual(['ended']);
});
