import { cancelled, lineBuffer, lineState, stopped, type Host } from '../interpreter/host';

/**
 * Python's waiting: `time.sleep()` and `input()`. Where Python can wait for a promise, the worker's messages are heard meanwhile,
 * and one of them ends the wait; where it cannot, the thread stands still on shared memory until the frame wakes it.
 */
export type Waiting = {
	host: Host;
	/** Ends whatever Python waits for here; false when it waits for nothing of ours. */
	cancel(): boolean;
	answer(text: string): void;
};

export function waiting(
	canWait: boolean,
	line: SharedArrayBuffer | undefined,
	ask: (prompt: string, secret: boolean) => void
): Waiting {
	if (canWait) return byPromise(ask);
	return line === undefined ? notAtAll() : onSharedMemory(line, ask);
}

/** Tasks of a cell run side by side: one sleeps while another asks, and two may ask at once. */
function byPromise(ask: (prompt: string, secret: boolean) => void): Waiting {
	/** How each wait is ended before its time. */
	const ends = new Set<(by: typeof stopped) => void>();
	/** The page shows one question at a time: the first of these was asked. */
	let questions: { prompt: string; secret: boolean; answer(text: string): void }[] = [];
	const askNext = (): void => {
		const [next] = questions;
		if (next !== undefined) ask(next.prompt, next.secret);
	};
	return {
		host: {
			canSleep: true,
			canRead: true,
			sleep(ms) {
				return new Promise<typeof stopped | undefined>((resolve) => {
					const end = (by: typeof stopped): void => {
						clearTimeout(timer);
						resolve(by);
					};
					const timer = setTimeout(() => {
						ends.delete(end);
						resolve(undefined);
					}, ms);
					ends.add(end);
				});
			},
			readLine(prompt, secret) {
				return new Promise<string | typeof stopped>((resolve) => {
					const answer = (text: string): void => {
						ends.delete(resolve);
						resolve(text);
					};
					ends.add(resolve);
					questions = [...questions, { prompt, secret, answer }];
					if (questions.length === 1) askNext();
				});
			}
		},
		cancel() {
			const ended = [...ends];
			ends.clear();
			questions = [];
			for (const end of ended) end(stopped);
			return ended.length > 0;
		},
		answer(text) {
			const [answered, ...others] = questions;
			questions = others;
			answered?.answer(text);
			askNext();
		}
	};
}

function onSharedMemory(line: SharedArrayBuffer, ask: (prompt: string, secret: boolean) => void): Waiting {
	const head = new Int32Array(line, 0, 2);
	const chars = new Uint16Array(line, lineBuffer.headBytes);
	/** Resolves to what woke the thread, or to `waiting` when the time is over. */
	const stand = (ms?: number): number => {
		Atomics.wait(head, lineBuffer.state, lineState.waiting, ms);
		const state = Atomics.load(head, lineBuffer.state);
		if (state === lineState.cancelled) throw new Error(cancelled);
		return state;
	};
	return {
		host: {
			canSleep: true,
			canRead: true,
			sleep(ms) {
				stand(ms);
				return undefined;
			},
			readLine(prompt, secret) {
				ask(prompt, secret);
				stand();
				const length = Atomics.load(head, lineBuffer.length);
				// Copied first: text is not made out of shared memory.
				const text = String.fromCharCode(...chars.slice(0, length));
				Atomics.store(head, lineBuffer.state, lineState.waiting);
				return text;
			}
		},
		cancel: () => false,
		answer: () => undefined
	};
}

function notAtAll(): Waiting {
	return {
		host: {
			canSleep: false,
			canRead: false,
			sleep: () => undefined,
			readLine: () => Promise.reject(new Error(cancelled))
		},
		cancel: () => false,
		answer: () => undefined
	};
}
