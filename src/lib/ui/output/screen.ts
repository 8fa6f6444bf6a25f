import { withRendition, type TextStyle } from './style';

/** Text of one style. */
export type Run = { text: string; style: TextStyle };
/** `goesOn`: the line was longer than is kept in one piece, and the next one continues it. */
export type Line = { runs: readonly Run[]; goesOn: boolean };

/** A line is kept in pieces of at most this many characters, so that rewriting one never takes long. */
const maxLineChars = 2_000;
/** A program that moves right further than this meets an edge, as on a real screen. */
const maxColumn = 300;
/** An escape sequence that is longer than this is not one. */
const maxSequenceChars = 200;

/** Everything up to the next character that is not simply written. Lone surrogates are mended when text is shown. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const plain = /[^\u0000-\u0008\u000a-\u001f\u007f-\u009f]+/y;
// eslint-disable-next-line no-control-regex -- as above
const controlSequence = /\u001b\[([0-?]*)([ -/]*)([@-~])/y;
/** Commands to the terminal itself: its title, links, …; they end with a bell or ST. */
// eslint-disable-next-line no-control-regex -- as above
const commandText = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)/y;
// eslint-disable-next-line no-control-regex -- as above
const otherSequence = /\u001b[ -/]*[0-Z\\^-~]/y;
/** What may still become a sequence when more text comes. */
// eslint-disable-next-line no-control-regex -- as above
const unfinished = /^\u001b(?:$|\[[0-?]*[ -/]*$|[\]PX^_][^\u0007\u001b]*\u001b?$|[ -/]+$)/;

type Row = { runs: Run[]; length: number; goesOn: boolean };

/**
 * Printed text as a terminal would show it: colours, carriage returns and backspaces that rewrite a line, the few cursor
 * movements that progress bars use. Written to in pieces; nothing that is written takes longer than in proportion to its length.
 */
export class Screen {
	readonly #rows: Row[] = [newRow()];
	/** Where the next character goes. */
	#row = 0;
	#column = 0;
	#style: TextStyle = { stream: 'stdout' };
	/** Equal styles are one object, so that runs can be compared and joined. */
	readonly #styles = new Map<string, TextStyle>();
	/** The look of a sign among text of a style. */
	readonly #signs = new WeakMap<TextStyle, TextStyle>();
	#pending = '';

	constructor() {
		this.#style = this.#known(this.#style);
	}

	get lines(): readonly Line[] {
		// An empty last row is only where the cursor waits.
		const last = this.#rows.at(-1);
		return last?.length === 0 ? this.#rows.slice(0, -1) : this.#rows;
	}

	/** Whether the next character starts a line of its own. */
	get isOnEmptyLine(): boolean {
		return this.#column === 0 && this.#here().length === 0;
	}

	write(text: string, stream: TextStyle['stream']): void {
		if (this.#style.stream !== stream) this.#style = this.#known({ ...this.#style, stream });
		const all = this.#pending + text;
		this.#pending = '';
		let at = 0;
		while (at < all.length) {
			plain.lastIndex = at;
			const written = plain.exec(all)?.[0];
			if (written !== undefined) {
				this.#put(written);
				at += written.length;
			} else if (all[at] === '\u001b') {
				const next = this.#escape(all, at);
				if (next === undefined) return;
				at = next;
			} else {
				this.#control(all.charCodeAt(at));
				at += 1;
			}
		}
	}

	/** Reads the sequence at `at`; the place after it, or undefined when its end has not come yet. */
	#escape(all: string, at: number): number | undefined {
		const control = matchAt(controlSequence, all, at);
		if (control !== undefined) {
			this.#command(control[3] ?? '', control[1] ?? '');
			return at + control[0].length;
		}
		const skipped = matchAt(commandText, all, at) ?? matchAt(otherSequence, all, at);
		if (skipped !== undefined) return at + skipped[0].length;
		const rest = all.slice(at, at + maxSequenceChars + 1);
		if (rest.length <= maxSequenceChars && unfinished.test(rest)) {
			this.#pending = rest;
			return undefined;
		}
		this.#sign(0x1b);
		return at + 1;
	}

	#control(code: number): void {
		if (code === 0x0a) this.#newLine(false);
		else if (code === 0x0d) this.#column = 0;
		else if (code === 0x08) this.#column = Math.max(0, this.#column - 1);
		else this.#sign(code);
	}

	/** A control character as Python writes it. Unicode has pictures for some, but few fonts have those. */
	#sign(code: number): void {
		const style = this.#style;
		let sign = this.#signs.get(style);
		if (sign === undefined) this.#signs.set(style, (sign = { ...style, sign: true }));
		this.#style = sign;
		this.#put(`\\x${code.toString(16).padStart(2, '0')}`);
		this.#style = style;
	}

	#command(final: string, parameterText: string): void {
		// Private parameters (`?25l` hides the cursor) change nothing that is shown.
		if (/[<=>?]/.test(parameterText)) return;
		const parameters = parameterText.split(/[;:]/).slice(0, 32).map(Number);
		const first = parameters[0] ?? 0;
		const count = Math.max(1, first);
		switch (final) {
			case 'm':
				this.#style = this.#known(withRendition(this.#style, parameters));
				return;
			case 'A':
			case 'F':
				this.#row = Math.max(0, this.#row - count);
				if (final === 'F') this.#column = 0;
				return;
			case 'B':
			case 'E':
				this.#row = Math.min(this.#rows.length - 1, this.#row + count);
				if (final === 'E') this.#column = 0;
				return;
			case 'C':
				this.#column = Math.max(this.#column, Math.min(maxColumn, this.#column + count));
				return;
			case 'D':
				this.#column = Math.max(0, this.#column - count);
				return;
			case 'G':
				this.#column = Math.min(maxColumn, count - 1);
				return;
			case 'H':
			case 'f':
				this.#row = Math.min(this.#rows.length - 1, count - 1);
				this.#column = Math.min(maxColumn, Math.max(1, parameters[1] ?? 1) - 1);
				return;
			case 'K':
				return this.#eraseInLine(first);
			case 'J':
				return this.#eraseInScreen(first);
		}
	}

	#eraseInLine(which: number): void {
		const row = this.#here();
		if (which === 2) set(row, []);
		else if (which === 1) set(row, [this.#spaces(this.#column), ...slice(row, this.#column, row.length)]);
		else set(row, slice(row, 0, this.#column));
	}

	#eraseInScreen(which: number): void {
		if (which === 0) {
			this.#eraseInLine(0);
			this.#rows.length = this.#row + 1;
		} else if (which === 2 || which === 3) {
			this.#rows.length = 0;
			this.#rows.push(newRow());
			this.#row = 0;
			this.#column = 0;
		}
	}

	/** Writes plain text at the cursor, over what is there. */
	#put(text: string): void {
		for (let at = 0; at < text.length;) {
			const room = maxLineChars - this.#column;
			if (room <= 0) {
				this.#newLine(true);
				continue;
			}
			const piece = text.length - at <= room ? text.slice(at) : whole(text.slice(at, at + room));
			at += piece.length;
			this.#write(this.#here(), piece);
			this.#column += piece.length;
		}
	}

	#write(row: Row, text: string): void {
		if (this.#column === row.length) {
			const last = row.runs.at(-1);
			if (last === undefined) row.runs = [{ text, style: this.#style }];
			else if (last.style === this.#style) last.text += text;
			else row.runs.push({ text, style: this.#style });
			row.length += text.length;
			return;
		}
		const before = slice(row, 0, this.#column);
		if (this.#column > row.length) before.push(this.#spaces(this.#column - row.length));
		const after = slice(row, this.#column + text.length, row.length);
		set(row, joined([...before, { text, style: this.#style }, ...after]));
	}

	#newLine(goesOn: boolean): void {
		if (goesOn) this.#here().goesOn = true;
		this.#row += 1;
		this.#column = 0;
		if (this.#row === this.#rows.length) this.#rows.push(newRow());
	}

	#here(): Row {
		let row = this.#rows[this.#row];
		if (row === undefined) {
			row = newRow();
			this.#rows[this.#row] = row;
		}
		return row;
	}

	#spaces(count: number): Run {
		return { text: ' '.repeat(count), style: this.#known({ stream: 'stdout' }) };
	}

	#known(style: TextStyle): TextStyle {
		const key = JSON.stringify(Object.entries(style).sort(([a], [b]) => (a < b ? -1 : 1)));
		const known = this.#styles.get(key);
		if (known !== undefined) return known;
		// A program that paints every letter in another colour must not fill the memory with styles.
		if (this.#styles.size >= 5_000) this.#styles.clear();
		this.#styles.set(key, style);
		return style;
	}
}

/** Shared, and never written to: a million empty lines are not a million arrays. */
const noRuns: Run[] = [];
const newRow = (): Row => ({ runs: noRuns, length: 0, goesOn: false });

/** Without a last character of which only the first half is there, unless that is all. */
const whole = (text: string): string =>
	text.length > 1 && /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
	pattern.lastIndex = at;
	return pattern.exec(text) ?? undefined;
}

function set(row: Row, runs: Run[]): void {
	row.runs = runs;
	row.length = runs.reduce((sum, run) => sum + run.text.length, 0);
}

/** The runs between two columns. */
function slice(row: Row, from: number, to: number): Run[] {
	const found: Run[] = [];
	let at = 0;
	for (const { text, style } of row.runs) {
		const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
		if (part !== '') found.push({ text: part, style });
		at += text.length;
	}
	return found;
}

/** Neighbours of one style become one run: a line that is rewritten a thousand times stays a few runs. */
function joined(runs: readonly Run[]): Run[] {
	const all: Run[] = [];
	for (const run of runs) {
		const last = all.at(-1);
		if (last?.style === run.style) last.text += run.text;
		else all.push({ ...run });
	}
	return all;
}
