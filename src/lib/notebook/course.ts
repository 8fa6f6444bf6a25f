import * as v from 'valibot';
import { CourseMarks } from '$lib/domain/course-marks';

/** Of the lock that one tab holds, and of the channel on which it tells the others. */
const shared = 'procoder.course';
const retryMs = 2_000;

type Listener = (marks: CourseMarks) => void;

/**
 * Tells what the lessons are now and whenever one of them changes, as long as the page can be seen. Browsers have six connections
 * for a host at most, so of all tabs only one reads the stream, and tells the others. Returns what ends it.
 */
export function followCourse(on: Listener): () => void {
	const ended = new AbortController();
	let seen: AbortController | undefined;
	const look = (): void => {
		seen?.abort();
		seen = undefined;
		if (document.visibilityState !== 'visible') return;
		seen = new AbortController();
		listen(on, seen.signal);
	};
	document.addEventListener('visibilitychange', look, { signal: ended.signal });
	look();
	return () => {
		ended.abort();
		seen?.abort();
	};
}

function listen(on: Listener, signal: AbortSignal): void {
	// Where there are no locks (a page that is neither on localhost nor on https), each tab that is seen reads by itself.
	if (!('locks' in navigator)) return readStream(on, signal);
	let latest: CourseMarks | undefined;
	const channel = new BroadcastChannel(shared);
	channel.onmessage = ({ data }: MessageEvent<unknown>) => {
		const marks = v.safeParse(CourseMarks, data);
		if (marks.success) on(marks.output);
		else if (latest !== undefined) channel.postMessage(latest);
	};
	signal.addEventListener('abort', () => channel.close(), { once: true });
	channel.postMessage('What are they now?');
	const read = (): Promise<void> => {
		readStream((marks) => {
			latest = marks;
			channel.postMessage(marks);
			on(marks);
		}, signal);
		return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
	};
	// It rejects when the page is left while it waits for its turn.
	navigator.locks.request(shared, { signal }, read).catch(() => undefined);
}

/** A stream that breaks off is opened again by the browser; one that was refused, as while the server starts, by us. */
function readStream(on: Listener, signal: AbortSignal): void {
	if (signal.aborted) return;
	const stream = new EventSource('/api/v1/changes');
	const over = new AbortController();
	stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
		const marks = v.safeParse(v.pipe(v.string(), v.parseJson(), CourseMarks), data);
		if (marks.success) on(marks.output);
	});
	const close = (): void => stream.close();
	signal.addEventListener('abort', close, { once: true, signal: over.signal });
	stream.addEventListener('error', () => {
		if (stream.readyState !== EventSource.CLOSED || over.signal.aborted) return;
		over.abort();
		setTimeout(() => readStream(on, signal), retryMs);
	});
}
