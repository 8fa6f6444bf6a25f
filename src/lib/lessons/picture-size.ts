import type { PictureSize } from '$lib/domain/markdown';

/**
 * How large a picture is by itself, in pixels of a page, so that the page can keep its place before it has come. Undefined where its
 * first bytes do not say: then the page finds out when it comes.
 */
export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (const read of [png, gif, jpeg, webp, svg]) {
		try {
			const size = read(view);
			if (size !== undefined) return inBounds(size);
		} catch (error) {
			// It ends in the middle of what it begins with.
			if (!(error instanceof RangeError)) throw error;
		}
	}
	return undefined;
}

type Size = { width: number; height: number };

/** No screen shows more; whatever says so says something else. */
const mostPixels = 100_000;

function inBounds({ width, height }: Size): PictureSize | undefined {
	const [wide, high] = [Math.round(width), Math.round(height)];
	return wide >= 1 && high >= 1 && wide <= mostPixels && high <= mostPixels
		? { width: wide, height: high }
		: undefined;
}

const textAt = (view: DataView, at: number, length: number): string =>
	String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)));

function png(view: DataView): Size | undefined {
	if (textAt(view, 0, 8) !== '\x89PNG\r\n\x1a\n' || textAt(view, 12, 4) !== 'IHDR') return undefined;
	return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): Size | undefined {
	if (!/^GIF8[79]a$/.test(textAt(view, 0, 6))) return undefined;
	return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Segments follow each other until the one that begins a frame (SOF). */
function jpeg(view: DataView): Size | undefined {
	if (view.getUint16(0) !== 0xffd8) return undefined;
	for (let at = 2; view.getUint8(at) === 0xff;) {
		const marker = view.getUint8(at + 1);
		const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
		if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
		// A marker may be led by any number of filling bytes.
		at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
	}
	return undefined;
}

function webp(view: DataView): Size | undefined {
	if (textAt(view, 0, 4) !== 'RIFF' || textAt(view, 8, 4) !== 'WEBP') return undefined;
	switch (textAt(view, 12, 4)) {
		case 'VP8 ':
			return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
		case 'VP8L': {
			// Fourteen bits for each side, less one.
			const bits = view.getUint32(21, true);
			return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
		}
		case 'VP8X': {
			const threeBytes = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
			return { width: threeBytes(24) + 1, height: threeBytes(27) + 1 };
		}
		default:
			return undefined;
	}
}

/** The root of an SVG stands at its beginning, below comments and declarations at most. */
const svgHeadBytes = 16 * 1024;

function svg(view: DataView): Size | undefined {
	const head = new Uint8Array(view.buffer, view.byteOffset, Math.min(view.byteLength, svgHeadBytes));
	const text = new TextDecoder().decode(head).replace(/<!--[\s\S]*?-->/g, '');
	const root = /<svg\b([^>]*)>/.exec(text)?.[1];
	if (root === undefined) return undefined;
	const attribute = (name: string): string | undefined =>
		new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']([^"']*)["']`).exec(root)?.[1]?.trim();
	const box = attribute('viewBox')
		?.split(/[\s,]+/)
		.map(Number);
	const [, , wide = NaN, high = NaN] = box ?? [];
	const hasBox = wide > 0 && high > 0;
	const width = pixels(attribute('width'));
	const height = pixels(attribute('height'));
	if (width !== undefined && height !== undefined) return { width, height };
	if (!hasBox) return undefined;
	if (width !== undefined) return { width, height: (width * high) / wide };
	if (height !== undefined) return { width: (height * wide) / high, height };
	return { width: wide, height: high };
}

/** A length in CSS pixels; undefined for one that depends on what is around the picture. */
const pixelsPer: Readonly<Record<string, number>> = {
	'': 1,
	px: 1,
	pt: 96 / 72,
	pc: 16,
	in: 96,
	cm: 96 / 2.54,
	mm: 96 / 25.4
};

function pixels(length: string | undefined): number | undefined {
	const [, number, unit = ''] = /^(\d*\.?\d+)([a-z]*)$/i.exec(length ?? '') ?? [];
	const per = Object.hasOwn(pixelsPer, unit.toLowerCase()) ? pixelsPer[unit.toLowerCase()] : undefined;
	return number === undefined || per === undefined ? undefined : Number(number) * per;
}
