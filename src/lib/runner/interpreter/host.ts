/**
 * What Python asks of the world outside: to wait, and to read a line. Where Python can wait for a promise (JSPI) it gets one; where
 * the thread can be stopped on shared memory, the answer comes back when the waiting is over; where neither can be had, `canRead`
 * says so and `input()` goes by recorded answers.
 */
export type Host = {
	readonly canSleep: boolean;
	readonly canRead: boolean;
	sleep(ms: number): Promise<typeof stopped | undefined> | undefined;
	readLine(prompt: string, secret: boolean): Promise<string | typeof stopped> | string;
};

/** What a wait for a promise comes to when it is stopped: of one that rejects Pyodide prints its error into the learner's output. */
export const stopped = false;
/** What a wait on shared memory ends with when it is stopped. The kernel makes KeyboardInterrupt of both. */
export const cancelled = 'cancelled';

/** The layout of the buffer through which a frame wakes a worker that stands still: 32-bit state and length, then UTF-16. */
export const lineBuffer = { state: 0, length: 1, headBytes: 8, maxChars: 10_000 } as const;
export const lineBufferBytes = lineBuffer.headBytes + 2 * lineBuffer.maxChars;
export const lineState = { waiting: 0, cancelled: 1, answered: 2 } as const;
