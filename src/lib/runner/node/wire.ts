import type { Package, ToWorker } from '../protocol';

/**
 * What parent and child say to each other, a line of JSON each: the messages of the browser's worker, but for those that carry bytes.
 * What comes up is parsed (`FromWorker`), because Python may have forged it; what goes down is the parent's own.
 */
export type Handed = {
	wasm: number;
	stdlib: number;
	lock: number;
	archive: number;
	snapshot: number | undefined;
};

export type ToChild =
	/** The first message: which file is open under which number, and the wheels by name. */
	| { type: 'boot'; files: Handed; wheels: Record<string, number>; packages: Package[] }
	| { type: 'data'; files: { name: string; base64: string }[] }
	| Extract<ToWorker, { type: 'run' | 'call' | 'cancel' }>;

/** The file number under which the child finds its own code. */
export const codeFd = 6;
/** The first of the numbers under which it finds its files. */
export const firstFileFd = 7;
