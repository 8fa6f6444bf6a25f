import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeJson, decodeText, encodeJson, encodeText } from './text-codec';

/** Every kind of text, with much of what Postgres cannot hold. */
const anyText = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'\0',
				'\u0010',
				'\u00100',
				'\u0010s',
				'd800',
				'\ud800',
				'\udfff',
				'\ud83d\ude00',
				'\\u0000'
			),
			fc.string({ unit: 'binary' }),
			fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
		),
		{ maxLength: 30 }
	)
	.map((parts) => parts.join(''));

it('gives every text back, and makes nothing that Postgres would refuse', () => {
	fc.assert(
		fc.property(anyText, (text) => {
			const stored = encodeText(text);
			expect(decodeText(stored)).toBe(text);
			expect(stored).not.toContain('\0');
			expect(stored.isWellFormed()).toBe(true);
		}),
		{ numRuns: 2_000 }
	);
});

it('leaves ordinary texts as they are', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), (text) => {
			fc.pre(!text.includes('\0') && !text.includes('\u0010'));
			expect(encodeText(text)).toBe(text);
		})
	);
});

it('gives every JSON value back, keys included', () => {
	fc.assert(
		fc.property(fc.jsonValue({ stringUnit: anyText.filter((text) => text !== '__proto__') }), (value) => {
			const json = JSON.stringify(value);
			expect(JSON.stringify(decodeJson(JSON.parse(encodeJson(value))))).toBe(json);
		})
	);
});
