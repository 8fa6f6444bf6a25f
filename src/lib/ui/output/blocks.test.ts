import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOutputPart } from '$lib/domain/arbitraries';
import { transitionCell, type CellRuntime } from '$lib/domain/cell';
import { newRunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import { OutputReader, plainTextOf, shortLines, viewOf, type LineGroup } from './blocks';
import { Screen } from './screen';

const read = (parts: readonly OutputPart[]) => new OutputReader().read(parts);

describe('reading output', () => {
	test('text is one block, and a value that is only text stands on a line of its own', () => {
		const blocks = read([
			{ kind: 'stdout', text: 'a' },
			{ kind: 'display', data: { 'text/plain': '5' } },
			{ kind: 'stderr', text: 'b\n' }
		]);
		expect(blocks).toHaveLength(1);
		expect(plainTextOf(blocks)).toBe('a\n5\nb\n');
	});

	test('a bar that ended in a carriage return is not overwritten by the value after it', () => {
		const blocks = read([
			{ kind: 'stdout', text: '100%\r' },
			{ kind: 'display', data: { 'text/plain': '5' } }
		]);
		expect(plainTextOf(blocks)).toBe('100%\n5\n');
	});

	test('a picture stands between the texts around it', () => {
		const picture: OutputPart = { kind: 'display', data: { 'text/plain': '<Plot>', 'image/png': 'AAAA' } };
		const blocks = read([{ kind: 'stdout', text: 'a\n' }, picture, { kind: 'stdout', text: 'b\n' }]);
		expect(blocks.map((block) => block.kind)).toEqual(['text', 'rich', 'text']);
		expect(plainTextOf(blocks)).toBe('a\n<Plot>\nb\n');
	});

	test('read as it comes or all at once, through the cell that joins its parts: the same', () => {
		fc.assert(
			fc.property(fc.array(fc.array(anyOutputPart, { maxLength: 4 }), { maxLength: 8 }), (batches) => {
				const runId = newRunId();
				let state: CellRuntime = { kind: 'running', runId, code: '', outputs: [], stopping: false };
				const reader = new OutputReader();
				for (const parts of batches) {
					state = transitionCell(state, { type: 'output', runId, parts });
					if (state.kind === 'running') reader.read(state.outputs);
				}
				const all = state.kind === 'running' ? state.outputs : [];
				expect(plainTextOf(reader.read(all))).toBe(plainTextOf(read(all)));
			})
		);
	});

	test('the output of another run is read from its start', () => {
		const reader = new OutputReader();
		reader.read([{ kind: 'stdout', text: 'first run' }]);
		expect(plainTextOf(reader.read([{ kind: 'stdout', text: 'second' }]))).toBe('second\n');
		expect(plainTextOf(reader.read([]))).toBe('');
	});
});

describe('what is shown of a text', () => {
	const linesOf = (text: string) => {
		const screen = new Screen();
		screen.write(text, 'stdout');
		return screen.lines;
	};
	const textOf = (groups: readonly LineGroup[]) =>
		groups.flatMap((group) => group.lines.map((line) => line.runs.map((run) => run.text).join('')));
	const numbered = (count: number) => Array.from({ length: count }, (_, n) => `${n}\n`).join('');

	test('a short one is shown whole', () => {
		const view = viewOf(linesOf(numbered(shortLines)), false);
		expect(view).toMatchObject({ hidden: 0, tail: [], count: shortLines });
		expect(textOf(view.head)).toHaveLength(shortLines);
	});

	test('of a long one its beginning and its end, until all is asked for', () => {
		const lines = linesOf(numbered(10_000));
		const view = viewOf(lines, false);
		expect(textOf(view.head).at(0)).toBe('0');
		expect(textOf(view.tail).at(-1)).toBe('9999');
		expect(view.hidden).toBe(10_000 - shortLines);
		expect(view.count).toBe(10_000);
		expect(textOf(viewOf(lines, true).head)).toHaveLength(10_000);
	});

	test('one endless line counts once, and is shown in part too', () => {
		const view = viewOf(linesOf('x'.repeat(1024 * 1024)), false);
		expect(view.count).toBe(1);
		expect(view.hidden).toBeGreaterThan(400);
		expect([...textOf(view.head), ...textOf(view.tail)].join('').length).toBeLessThan(70_000);
		expect(view.tail).not.toHaveLength(0);
	});

	test('a colour for every letter is shown in smaller part, and all of it without colours', () => {
		const lines = linesOf(Array.from({ length: 50_000 }, (_, n) => `\u001b[3${n % 8}mx`).join(''));
		const runsIn = (groups: readonly LineGroup[]) =>
			groups.flatMap((group) => group.lines.flatMap((line) => line.runs)).length;
		const part = viewOf(lines, false);
		expect(runsIn([...part.head, ...part.tail])).toBeLessThan(8_000);
		expect(part.isPlain).toBe(false);
		const all = viewOf(lines, true);
		expect(all.isPlain).toBe(true);
		expect(textOf(all.head).join('')).toBe('x'.repeat(50_000));
		expect(runsIn(all.head)).toBeLessThan(100);
	});

	test('lines of the error stream are apart from the others', () => {
		const screen = new Screen();
		screen.write('a\nb\n', 'stdout');
		screen.write('c\n', 'stderr');
		screen.write('d\n', 'stdout');
		expect(viewOf(screen.lines, true).head.map(({ isError, lines }) => [isError, lines.length])).toEqual([
			[false, 2],
			[true, 1],
			[false, 1]
		]);
	});
});
