import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Screen, type Line } from './screen';

const textOf = (line: Line): string => line.runs.map((run) => run.text).join('');
function shown(...pieces: string[]): string[] {
	const screen = new Screen();
	for (const piece of pieces) screen.write(piece, 'stdout');
	return screen.lines.map(textOf);
}

describe('what is printed', () => {
	test.each([
		['a\nb\n', ['a', 'b']],
		['a\n\nb', ['a', '', 'b']],
		['10%\r20%\r100%\n', ['100%']],
		['long line\rshort', ['shortline']],
		['long line\r\u001b[Kshort', ['short']],
		['abc\b\bX', ['aXc']],
		['\b\b\bstart', ['start']],
		['one\r\ntwo\r\n', ['one', 'two']],
		['first\nsecond\u001b[1A\rFIRST\n', ['FIRST', 'second']],
		['a\u001b[3Cb', ['a   b']],
		['gone\u001b[2J\u001b[Hhere', ['here']],
		['a\tb', ['a\tb']],
		['\u0000\u0001\u0007\u000c\u007f', ['\\x00\\x01\\x07\\x0c\\x7f']],
		['\u0085\u009b', ['\\x85\\x9b']],
		['\u001b]0;a title\u0007text', ['text']],
		['\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\', ['link']],
		['\u001b[?25lhidden cursor\u001b[?25h', ['hidden cursor']],
		['\u001bcreset', ['reset']]
	])('%j is shown as %j', (text, lines) => {
		expect(shown(text)).toEqual(lines);
	});

	test('a sequence that comes in two pieces is one sequence', () => {
		expect(shown('a\u001b', '[31mb\u001b[0', 'mc')).toEqual(['abc']);
		expect(shown('\u001b]0;ti', 'tle\u0007x')).toEqual(['x']);
	});

	test('an escape character that begins nothing is visible, and hides nothing', () => {
		expect(shown('\u001bé x')).toEqual(['\\x1bé x']);
		expect(shown(`\u001b]${'x'.repeat(300)}`)[0]).toMatch(/^\\x1b\]x/);
	});

	test('a line of a million characters is kept in pieces, with nothing lost and no emoji cut', () => {
		const text = '🐍'.repeat(500_000);
		const screen = new Screen();
		screen.write(text, 'stdout');
		expect(screen.lines.map(textOf).join('')).toBe(text);
		expect(screen.lines.every((line) => textOf(line).isWellFormed())).toBe(true);
		expect(screen.lines.filter((line) => !line.goesOn)).toHaveLength(1);
	});

	test('text of both streams shares one cursor, and keeps which stream it came from', () => {
		const screen = new Screen();
		screen.write('out ', 'stdout');
		screen.write('err', 'stderr');
		screen.write('typed\n', 'stdin');
		expect(screen.lines[0]?.runs.map((run) => run.style.stream)).toEqual(['stdout', 'stderr', 'stdin']);
	});
});

describe('colours', () => {
	const styles = (text: string) => {
		const screen = new Screen();
		screen.write(text, 'stdout');
		return screen.lines.flatMap((line) =>
			line.runs.map(({ text: of, style: { stream: _, ...style } }) => [of, style])
		);
	};
	test.each([
		[
			'\u001b[1;31mno\u001b[0m ok',
			[
				['no', { bold: true, fore: 'rgb(197 42 42)' }],
				[' ok', {}]
			]
		],
		['\u001b[38;5;196mx', [['x', { fore: 'rgb(255 0 0)' }]]],
		['\u001b[38;5;232mx', [['x', { fore: 'rgb(8 8 8)' }]]],
		['\u001b[48;2;1;2;999mx', [['x', { back: 'rgb(1 2 255)' }]]],
		[
			'\u001b[97;104mx\u001b[39;49my',
			[
				['x', { fore: 'rgb(255 255 255)', back: 'rgb(75 125 235)' }],
				['y', {}]
			]
		],
		[
			'\u001b[4;3;9;7mx\u001b[24;23;29;27my',
			[
				['x', { underline: true, italic: true, struck: true, inverse: true }],
				['y', {}]
			]
		],
		[
			'\u001b[1;2mx\u001b[22my',
			[
				['x', { bold: true, dim: true }],
				['y', {}]
			]
		],
		['\u001b[mx\u001b[5;58my', [['xy', {}]]]
	])('%j', (text, runs) => {
		expect(styles(text)).toEqual(runs);
	});
});

/** Text with everything that moves, erases and paints, in any order. */
const noisy = fc
	.array(
		fc.oneof(
			fc.string({ unit: 'binary', maxLength: 20 }),
			fc.constantFrom(
				'\n',
				'\r',
				'\b',
				'\t',
				'\u001b',
				'\u001b[',
				'\u001b[31m',
				'\u001b[K',
				'\u001b[1K',
				'\u001b[2J'
			),
			fc
				.tuple(
					fc.nat(1_000_000),
					fc.nat(300),
					fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'm', 'f')
				)
				.map(([row, column, final]) => `\u001b[${row};${column}${final}`)
		),
		{ maxLength: 60 }
	)
	.map((pieces) => pieces.join(''));

test('whatever is printed, cut anywhere: the same screen, and no control character on it', () => {
	fc.assert(
		fc.property(noisy, fc.nat(), (text, cut) => {
			const at = text.length === 0 ? 0 : cut % text.length;
			const lines = shown(text);
			expect(shown(text.slice(0, at), text.slice(at))).toEqual(lines);
			// eslint-disable-next-line no-control-regex -- none of these may be left
			for (const line of lines) expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
		}),
		{ numRuns: 500 }
	);
});

test.each([
	['a flood of empty lines', '\n'],
	['a flood of short lines', 'x\n'],
	['a bar that is rewritten', '\r[#####     ] 50%'],
	['backspaces over a long line', 'xy\b'],
	['a colour for every letter', '\u001b[38;5;1mx\u001b[38;5;2my'],
	['moves to the right edge', '\u001b[999Cx\n'],
	['up and down', '\u001b[99Ax\u001b[99B'],
	['one endless line', 'abcdefgh'],
	['half sequences', '\u001b[1'],
	['erasures', 'x\u001b[1K']
])('a megabyte of %s is read in time in proportion', (_, piece) => {
	const text = piece.repeat(Math.ceil((1024 * 1024) / piece.length));
	const screen = new Screen();
	const started = performance.now();
	for (let at = 0; at < text.length; at += 64 * 1024) screen.write(text.slice(at, at + 64 * 1024), 'stdout');
	// Some tenths of a second; where a step takes longer the more there is, minutes.
	expect(performance.now() - started).toBeLessThan(10_000);
	expect(screen.lines.length).toBeGreaterThan(0);
});
