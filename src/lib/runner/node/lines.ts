import type { Readable } from 'node:stream';

/**
 * Cuts a stream of bytes into lines. `overflow` is called once, and nothing after it, when a line is longer than `maxBytes`.
 * Returns a function that ends the listening.
 */
export function readLines(
	stream: Readable,
	maxBytes: number,
	on: { line(text: string, bytes: number): void; overflow(): void }
): () => void {
	let parts: Buffer[] = [];
	let held = 0;
	let isOpen = true;
	stream.on('data', (chunk: Buffer) => {
		let from = 0;
		while (isOpen && from < chunk.length) {
			const end = chunk.indexOf(0x0a, from);
			const part = chunk.subarray(from, end < 0 ? chunk.length : end);
			parts.push(part);
			held += part.length;
			if (held > maxBytes) {
				isOpen = false;
				parts = [];
				return on.overflow();
			}
			if (end < 0) return;
			const line = Buffer.concat(parts).toString('utf8');
			const bytes = held;
			parts = [];
			held = 0;
			from = end + 1;
			on.line(line, bytes);
		}
	});
	return () => {
		isOpen = false;
		parts = [];
	};
}
