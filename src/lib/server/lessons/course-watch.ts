import type { CourseMarks } from '$lib/domain/course-marks';

export type Watcher = {
	/** Gets the marks at once, and again whenever they are others. */
	changed(marks: CourseMarks): void;
	/** There will be no more. */
	ended(): void;
};

export type CourseWatch = {
	/** Returns what ends it. */
	watch(watcher: Watcher): () => void;
	/** Ends every watcher, and all that come later. Safe to call twice. */
	close(): void;
};

/**
 * Tells when a lesson changes, for as long as somebody listens. It looks again and again instead of waiting for the system's word:
 * that also finds files that an editor replaced, folders that went away and came back, and changes on disks that tell nobody.
 * One look costs a few calls of the system for each lesson, however many listen.
 */
export function courseWatch(look: () => Promise<CourseMarks>, everyMs = 300): CourseWatch {
	const watchers = new Set<Watcher>();
	let latest: CourseMarks | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isLooking = false;
	let isClosed = false;

	async function lookAgain(): Promise<void> {
		timer = undefined;
		isLooking = true;
		try {
			const marks = await look();
			if (marks.course !== latest?.course) {
				latest = marks;
				for (const watcher of watchers) watcher.changed(marks);
			}
		} catch {
			// What cannot be looked at now is looked at again.
		} finally {
			isLooking = false;
			if (watchers.size === 0) latest = undefined;
			else timer = setTimeout(() => void lookAgain(), everyMs);
		}
	}

	return {
		watch(watcher) {
			if (isClosed) {
				watcher.ended();
				return () => undefined;
			}
			watchers.add(watcher);
			if (latest !== undefined) watcher.changed(latest);
			if (!isLooking && timer === undefined) void lookAgain();
			return () => {
				if (!watchers.delete(watcher) || watchers.size > 0 || isLooking) return;
				clearTimeout(timer);
				timer = undefined;
				latest = undefined;
			};
		},
		close() {
			isClosed = true;
			clearTimeout(timer);
			timer = undefined;
			const ended = [...watchers];
			watchers.clear();
			for (const watcher of ended) watcher.ended();
		}
	};
}
