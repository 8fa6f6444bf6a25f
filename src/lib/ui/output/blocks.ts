import { richTypes, textOfPart, type DisplayData, type OutputPart } from '$lib/domain/run';
import { Screen, type Line } from './screen';
import { tableOf } from './table';

/** A stretch of text, or a value that has more to show than its text. */
export type OutputBlock = { kind: 'text'; screen: Screen } | { kind: 'rich'; data: DisplayData };

const isRich = (data: DisplayData): boolean =>
	richTypes.some((type) => data[type] !== undefined) || tableOf(data['text/plain']) !== undefined;

/**
 * Turns a run's output into blocks. While a run goes on its parts only grow, so that only what is new is read; parts that do
 * not continue the ones before are read from the start.
 */
export class OutputReader {
	#parts: readonly OutputPart[] = [];
	#blocks: OutputBlock[] = [];

	read(parts: readonly OutputPart[]): readonly OutputBlock[] {
		let done = this.#parts.length;
		if (!this.#isContinuedBy(parts)) {
			this.#blocks = [];
			done = 0;
		} else if (done > 0) {
			const [before, now] = [this.#parts[done - 1], parts[done - 1]];
			if (before !== undefined && now !== undefined && before !== now && now.kind !== 'display')
				this.#text(now.kind, textOfPart(now).slice(textOfPart(before).length));
		}
		for (const part of parts.slice(done)) this.#add(part);
		this.#parts = parts;
		// New objects, so that what shows them notices; the screens are written on.
		return this.#blocks.map((block) => ({ ...block }));
	}

	/** Parts are never changed, only replaced: the last one by one that has more text. */
	#isContinuedBy(parts: readonly OutputPart[]): boolean {
		if (parts.length < this.#parts.length) return false;
		const last = this.#parts.length - 1;
		return this.#parts.every((before, index) => {
			const now = parts[index];
			if (before === now) return true;
			if (index !== last || now === undefined || now.kind === 'display' || before.kind !== now.kind)
				return false;
			return now.text.startsWith(before.text);
		});
	}

	#add(part: OutputPart): void {
		if (part.kind !== 'display') return this.#text(part.kind, part.text);
		if (isRich(part.data)) {
			this.#blocks.push({ kind: 'rich', data: part.data });
			return;
		}
		const screen = this.#screen();
		screen.write(`${screen.isOnEmptyLine ? '' : '\n'}${part.data['text/plain']}\n`, 'stdout');
	}

	#text(stream: Exclude<OutputPart['kind'], 'display'>, text: string): void {
		this.#screen().write(text, stream);
	}

	#screen(): Screen {
		const last = this.#blocks.at(-1);
		if (last?.kind === 'text') return last.screen;
		const screen = new Screen();
		this.#blocks.push({ kind: 'text', screen });
		return screen;
	}
}

/** Lines that belong together: all of one stream, and few enough to be laid out at once. */
export type LineGroup = { isError: boolean; lines: Line[] };

const groupLines = 200;
/**
 * A text that has more lines than this, or costs more to lay out, is shown in part until all of it is asked for. A character costs
 * one, a change of style as much as a few words.
 */
export const shortLines = 400;
const shortCost = 24_000;
const runCost = 30;
/** Of more runs than this the styles are left out, when all is asked for: each is an element of its own. */
const maxRuns = 20_000;

export type TextView = {
	head: LineGroup[];
	/** Lines that are left out between head and tail. */
	hidden: number;
	tail: LineGroup[];
	/** How many lines there are, as a reader counts them. */
	count: number;
	/** Colours were left out, because there are too many. */
	isPlain: boolean;
};

/** What is shown of a text: all of it, or its beginning and its end. */
export function viewOf(lines: readonly Line[], all: boolean): TextView {
	const count = lines.reduce((sum, line) => sum + (line.goesOn ? 0 : 1), 0);
	const whole = (shown: readonly Line[], isPlain = false): TextView => ({
		head: groups(shown),
		hidden: 0,
		tail: [],
		count,
		isPlain
	});
	if (all) {
		const isPlain = lines.reduce((sum, line) => sum + line.runs.length, 0) > maxRuns;
		return whole(isPlain ? lines.map(plainLine) : lines, isPlain);
	}
	if (lines.length <= shortLines && fitting(lines, shortCost) === lines.length) return whole(lines);
	const half = shortLines / 2;
	const first = lines.slice(0, half);
	const last = lines.slice(-half);
	const head = first.slice(0, fitting(first, shortCost / 2));
	const tail = lines.slice(-Math.max(1, fitting(last.toReversed(), shortCost / 2)));
	const hidden = lines.length - head.length - tail.length;
	if (hidden <= 0) return whole(lines);
	return { head: groups(head), hidden, tail: groups(tail), count, isPlain: false };
}

const costOf = (line: Line): number => line.runs.reduce((sum, run) => sum + run.text.length + runCost, 0);

/** How many of the lines, from the first on, may be laid out at that cost. */
function fitting(lines: readonly Line[], cost: number): number {
	let sum = 0;
	const over = lines.findIndex((line) => (sum += costOf(line)) > cost);
	return over < 0 ? lines.length : over;
}

function plainLine({ runs, goesOn }: Line): Line {
	const text = runs.map((run) => run.text).join('');
	const stream = runs.some((run) => run.style.stream === 'stderr') ? 'stderr' : 'stdout';
	return { runs: text === '' ? [] : [{ text, style: plainStyles[stream] }], goesOn };
}
const plainStyles = { stdout: { stream: 'stdout' }, stderr: { stream: 'stderr' } } as const;

function groups(lines: readonly Line[]): LineGroup[] {
	const found: LineGroup[] = [];
	for (const line of lines) {
		const isError = line.runs.some((run) => run.style.stream === 'stderr');
		const last = found.at(-1);
		if (last?.isError === isError && last.lines.length < groupLines) last.lines.push(line);
		else found.push({ isError, lines: [line] });
	}
	return found;
}

/** The text of blocks as it is copied: without colours, each rewritten line as it ended. */
export function plainTextOf(blocks: readonly OutputBlock[]): string {
	return blocks
		.map((block) =>
			block.kind === 'rich'
				? `${block.data['text/plain']}\n`
				: block.screen.lines
						.map((line) => line.runs.map((run) => run.text).join('') + (line.goesOn ? '' : '\n'))
						.join('')
		)
		.join('')
		.toWellFormed();
}
