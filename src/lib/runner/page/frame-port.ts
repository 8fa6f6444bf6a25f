import address from 'virtual:procoder-runner/frame';
import type { FramePort } from './interpreter';

/** Puts the runner's document into the page, unseen, and opens the way to it. `name` is for assistive technology and tools. */
export function openFrame(name: string): FramePort {
	const frame = document.createElement('iframe');
	frame.title = name;
	frame.setAttribute('sandbox', 'allow-scripts');
	// Shared memory, which Stop needs, exists only in an isolated frame.
	frame.allow = 'cross-origin-isolated';
	frame.tabIndex = -1;
	frame.setAttribute('aria-hidden', 'true');
	// Not `display: none`: browsers slow the timers of frames that are not laid out.
	frame.style.cssText =
		'position:fixed;inset:0 auto auto 0;width:1px;height:1px;border:0;opacity:0;pointer-events:none';
	frame.src = address;

	let receive: ((event: MessageEvent<unknown>) => void) | undefined;
	return {
		post(message, transfer) {
			// The frame's origin is opaque, so no origin can be named; it is our own document all the same.
			frame.contentWindow?.postMessage(message, '*', transfer);
		},
		listen(hear) {
			receive = (event) => {
				if (event.source === frame.contentWindow) hear(event.data);
			};
			addEventListener('message', receive);
			// Only now: the frame says hello once, and must be heard.
			document.body.append(frame);
		},
		close() {
			if (receive !== undefined) removeEventListener('message', receive);
			frame.remove();
		}
	};
}
