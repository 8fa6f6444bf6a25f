import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureSize } from './picture-size';

const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
	Uint8Array.from(
		parts.flatMap((part) =>
			typeof part === 'string' ? Array.from(part, (letter) => letter.charCodeAt(0)) : part
		)
	);

/** Pictures of 300 by 200, each with as much as tells its size. */
const pictures = {
	png: bytesOf('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 1, 44, 0, 0, 0, 200, 8, 6, 0, 0, 0]),
	gif: bytesOf('GIF89a', [44, 1, 200, 0, 0, 0, 0]),
	jpeg: bytesOf(
		[0xff, 0xd8],
		[0xff, 0xe0, 0, 4, 0, 0],
		[0xff, 0xff, 0xc4, 0, 3, 0],
		[0xff, 0xc2, 0, 17, 8, 0, 200, 1, 44, 3]
	),
	'webp, lossy': bytesOf(
		'RIFF',
		[0, 0, 0, 0],
		'WEBPVP8 ',
		[0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 44, 1, 200, 0]
	),
	// 299 and 199, in fourteen bits each.
	'webp, lossless': bytesOf('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 0x2b, 0xc1, 0x31, 0]),
	'webp, extended': bytesOf('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 43, 1, 0, 199, 0, 0]),
	svg: bytesOf('<?xml version="1.0"?>\n<!-- <svg width="1" height="1"> -->\n<svg viewBox="0 0 300 200">')
};

test.each(Object.entries(pictures))('%s tells its size in its first bytes', (_name, bytes) => {
	expect(pictureSize(bytes)).toEqual({ width: 300, height: 200 });
	// Also as a part of something larger, as file systems hand bytes out.
	const larger = new Uint8Array(bytes.length + 7);
	larger.set(bytes, 7);
	expect(pictureSize(larger.subarray(7))).toEqual({ width: 300, height: 200 });
});

describe('an SVG', () => {
	test.each([
		['width="300" height="200px" viewBox="0 0 3 2"', { width: 300, height: 200 }],
		["viewBox='-5,-5, 640.4 , 480.6' width='100%'", { width: 640, height: 481 }],
		['width="150" viewBox="0 0 300 200"', { width: 150, height: 100 }],
		['height="1in" viewBox="0 0 300 200"', { width: 144, height: 96 }],
		['width="2em" height="2em"', undefined],
		['stroke-width="5" height="5"', undefined],
		['viewBox="0 0 300"', undefined],
		['viewBox="0 0 0 200"', undefined],
		['width="1000000" height="1"', undefined],
		['', undefined]
	])('<svg %s>', (attributes, size) => {
		expect(pictureSize(bytesOf(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>`))).toEqual(size);
	});
});

test('bytes that are no picture, or half of one, have no size and do no harm', () => {
	const half = fc.constantFrom(...Object.values(pictures)).chain((bytes) =>
		fc.tuple(fc.nat(bytes.length), fc.uint8Array({ maxLength: 4 })).map(([length, rest]) => {
			const cut = new Uint8Array(length + rest.length);
			cut.set(bytes.subarray(0, length));
			cut.set(rest, length);
			return cut;
		})
	);
	fc.assert(
		fc.property(fc.oneof(half, fc.uint8Array()), (bytes) => {
			const size = pictureSize(bytes);
			if (size === undefined) return;
			for (const side of [size.width, size.height]) {
				expect(Number.isInteger(side) && side >= 1 && side <= 100_000).toBe(true);
			}
		})
	);
	expect(pictureSize(new Uint8Array())).toBeUndefined();
	expect(pictureSize(bytesOf('a,b\n1,2\n'))).toBeUndefined();
});
