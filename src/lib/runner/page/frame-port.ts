import * as v from 'valibot';
import address from 'virtual:procoder-runner/frame';
import { FromFrame } from '../protocol';
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

	const { port1: near, port2: far } = new MessageChannel();
	let greet: ((event: MessageEvent<unknown>) => void) | undefined;
	const forget = (): void => {
		if (greet !== undefined) removeEventListener('message', greet);
	};
	return {
		post: (message, transfer) => near.postMessage(message, transfer),
		listen(hear) {
			near.onmessage = (event: MessageEvent<unknown>) => hear(event.data);
			greet = (event) => {
				// Any window may post to ours; this one frame is asked, once, and everything else comes through its port.
				if (event.source !== frame.contentWindow || !v.safeParse(FromFrame, event.data).success) return;
				forget();
				// The frame's origin is opaque, so no origin can be named; it is our own document all the same.
				frame.contentWindow?.postMessage({ type: 'port' }, '*', [far]);
				hear(event.data);
			};
			addEventListener('message', greet);
			// Only now: the frame says hello once, and must be heard.
			document.body.append(frame);
		},
		close() {
			forget();
			near.close();
			frame.remove();
		}
	};
}
