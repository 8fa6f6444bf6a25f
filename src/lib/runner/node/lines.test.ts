import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from './lines';

/** What is heard of these chunks, in order. */
async function heard(chunks: readonly Uint8Array[], maxBytes: number): Promise<string[]> {
	const stream = new PassThrough();
	const said: string[] = [];
	readLines(stream, maxBytes, {
		line: (text, bytes) => said.push(`${bytes}:${text}`),
		overflow: () => said.push('overflow')
	});
	for (const chunk of chunks) stream.write(chunk);
	stream.end();
	await new Promise((resolve) => stream.once('end', resolve));
	return said;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines come whole, wherever the stream was cut', async () => {
	const lines = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !line.includes('\n')));
	await fc.assert(
		fc.asyncProperty(lines, fc.array(fc.nat()), async (texts, cuts) => {
			const bytes = bytesOf(texts.map((text) => `${text}\n`).join(''));
			const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
			const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end));
			const expected = texts.map((text) => `${bytesOf(text).length}:${text}`);
			expect(await heard(chunks, 1_000_000)).toEqual(expected);
		})
	);
});

test('a line that is too long is told once, and nothing after it', async () => {
	const chunks = ['ab\n', 'abcd', 'efgh', 'ijkl\n', 'mn\n', 'opqrstuvw\n'].map(bytesOf);
	expect(await heard(chunks, 8)).toEqual(['2:ab', 'overflow']);
});

test('what was not ended is no line', async () => {
	expect(await heard([bytesOf('ab\ncd')], 8)).toEqual(['2:ab']);
});

test('nothing is heard after the listening has ended', async () => {
	const stream = new PassThrough();
	const said: string[] = [];
	const stop = readLines(stream, 8, {
		line: (text) => {
			said.push(text);
			stop();
		},
		overflow: () => said.push('overflow')
	});
	stream.end('a\nb\n');
	await new Promise((resolve) => stream.once('end', resolve));
	expect(said).toEqual(['a']);
});
