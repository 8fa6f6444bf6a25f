import { createReadStream } from 'node:fs';

export type Line = {
	/** From 1. */
	readonly number: number;
	/** `undefined` where it is longer than any row may be. */
	readonly text: string | undefined;
	/** Bytes of the file before it. */
	readonly from: number;
	/** Whether a newline follows it. */
	readonly isWhole: boolean;
};

/** A row holds a program of 256 KB at most, and what was said about it. */
const maxLineBytes = 16 * 1024 * 1024;
const newline = 0x0a;

/**
 * The lines of a file, one after the other, however large it is. Only a newline ends one: Node's own reader of lines also ends them at
 * U+2028, which may stand inside of a JSON text.
 */
export async function* linesOf(file: string): AsyncGenerator<Line> {
	let parts: Buffer[] = [];
	let size = 0;
	let number = 1;
	let from = 0;
	const line = (isWhole: boolean): Line => {
		const text = size > maxLineBytes ? undefined : textOf(Buffer.concat(parts), number);
		const made = { number, text, from, isWhole };
		number += 1;
		from += size + 1;
		parts = [];
		size = 0;
		return made;
	};
	const keep = (part: Buffer): void => {
		size += part.length;
		if (size <= maxLineBytes) parts.push(part);
		else parts = [];
	};
	for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
		let start = 0;
		for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
			keep(chunk.subarray(start, end));
			yield line(true);
			start = end + 1;
		}
		keep(chunk.subarray(start));
	}
	if (size > 0) yield line(false);
}

function textOf(bytes: Buffer, number: number): string {
	const text = bytes.toString('utf8').replace(/\r$/, '');
	// Some editors put a mark at the start of a file.
	return number === 1 ? text.replace(/^\uFEFF/, '') : text;
}
