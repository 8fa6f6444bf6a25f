/** So often something is sent even where there is nothing to say: that is how a connection that is gone is noticed. */
const beatMs = 20_000;
/** Events that may wait for a browser that does not read them; then it is cut off, and comes back by itself. */
const maxWaiting = 64;

/**
 * An answer that goes on: server-sent events. `subscribe` gets what sends an event (its data as JSON) and what ends the answer, and
 * returns what is called once when the answer is over, whoever ended it.
 */
export function eventStream(
	subscribe: (events: { send: (data: object) => void; end: () => void }) => () => void
): Response {
	const encoder = new TextEncoder();
	let release: () => void = () => undefined;
	const stream = new ReadableStream<Uint8Array>(
		{
			start(controller) {
				// `end` may be called before there is anything to leave.
				const state: { isOver: boolean; leave?: () => void } = { isOver: false };
				const beat = setInterval(() => write(': \n\n'), beatMs);
				release = () => {
					if (state.isOver) return;
					state.isOver = true;
					clearInterval(beat);
					state.leave?.();
				};
				const end = (): void => {
					if (state.isOver) return;
					release();
					controller.close();
				};
				const write = (text: string): void => {
					if (state.isOver) return;
					if ((controller.desiredSize ?? 0) < -maxWaiting) end();
					else controller.enqueue(encoder.encode(text));
				};
				// Who lost us asks again after a second.
				write('retry: 1000\n\n');
				state.leave = subscribe({ send: (data) => write(`data: ${JSON.stringify(data)}\n\n`), end });
				if (state.isOver) state.leave();
			},
			cancel: () => release()
		},
		{ highWaterMark: 1 }
	);
	return new Response(stream, {
		headers: {
			'content-type': 'text/event-stream',
			'cache-control': 'no-store',
			// A proxy in between must not keep events until there are many.
			'x-accel-buffering': 'no'
		}
	});
}
