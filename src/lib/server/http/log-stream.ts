import type { LogPart } from '$lib/domain/log-part';

export type StreamTimes = {
	/** So often something is sent even where there is nothing to say: that is how a connection that is gone is noticed. */
	readonly beatMs: number;
	/** Whoever takes nothing for so long is cut off; they come back by themselves. */
	readonly stalledMs: number;
};
const usual: StreamTimes = { beatMs: 15_000, stalledMs: 30_000 };

/** The number of the event after the last one that a browser has, by its own word: it starts again where that makes no sense. */
export function firstMissing(request: Request): number {
	const last = request.headers.get('last-event-id') ?? '';
	return /^\d{1,6}$/.test(last) ? Number(last) + 1 : 0;
}

/**
 * A log as server-sent events. The next part is asked for when the browser has taken the one before, so nothing piles up here however
 * slowly it reads. `follow` gets a signal that fires when nobody listens any more.
 */
export function logStream(
	follow: (signal: AbortSignal) => AsyncIterator<LogPart>,
	times: StreamTimes = usual
): Response {
	const encoder = new TextEncoder();
	const over = new AbortController();
	const parts = follow(over.signal);
	let waiting: Promise<IteratorResult<LogPart>> | undefined;
	let stalled: ReturnType<typeof setTimeout> | undefined;
	let isFirst = true;

	function leave(): void {
		clearTimeout(stalled);
		over.abort();
		// It ends by its signal; what it throws on the way out concerns nobody.
		void Promise.resolve(parts.return?.()).catch(() => undefined);
	}

	const body = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				clearTimeout(stalled);
				const send = (text: string): void => {
					controller.enqueue(encoder.encode(text));
					stalled = setTimeout(() => {
						leave();
						controller.error(new Error('The reader takes nothing.'));
					}, times.stalledMs);
				};
				if (isFirst) {
					isFirst = false;
					// Who lost us asks again after a second.
					return send('retry: 1000\n\n');
				}
				waiting ??= parts.next();
				const next = await inTime(waiting, times.beatMs);
				if (next === 'late') return send(': \n\n');
				waiting = undefined;
				if (next.done !== true) return send(frameOf(next.value));
				leave();
				controller.close();
			},
			cancel: leave
		},
		{ highWaterMark: 0 }
	);
	return new Response(body, {
		headers: {
			'content-type': 'text/event-stream',
			'cache-control': 'no-store',
			// A proxy in between must not keep events until there are many.
			'x-accel-buffering': 'no'
		}
	});
}

async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), ms)));
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

function frameOf(part: LogPart): string {
	if (part.type === 'event') return `id: ${part.seq}\ndata: ${JSON.stringify(part.event)}\n\n`;
	const { type, ...data } = part;
	return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
