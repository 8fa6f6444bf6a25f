import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyLineage, noteRun, staleCells, type Lineage, type RunOf } from './lineage';

type Names = { reads: string[]; writes: string[] };

/** A notebook whose code is its name, and says what it reads and writes. */
class Toy {
	lineage: Lineage<string> = emptyLineage();
	readonly code = new Map<string, string>();
	readonly #ran = new Map<string, { code: string; isGood: boolean }>();

	constructor(
		cells: readonly string[],
		readonly names: (code: string) => Names
	) {
		for (const cell of cells) this.code.set(cell, cell);
	}

	run(cell: string, how: { isGood?: boolean; varies?: boolean } = {}): void {
		const code = this.code.get(cell) ?? '';
		const { isGood = true, varies = false } = how;
		const last = this.#ran.get(cell);
		const isRepeated = last?.code === code && last.isGood === isGood;
		this.#ran.set(cell, { code, isGood });
		const run: RunOf<string> = { cell, code, isGood, isRepeated, names: { ...this.names(code), varies } };
		this.lineage = noteRun(this.lineage, run);
	}

	runAll(): void {
		for (const cell of this.code.keys()) this.run(cell);
	}

	why(cell: string): string | undefined {
		const why = staleCells(this.lineage, this.code).get(cell);
		return why && `${why.name} ${why.kind} ${why.cell}`;
	}
}

/** Code as `reads>writes`, names of one letter. */
const written = (code: string): Names => {
	const [reads = '', writes = ''] = code.replace(/\d/g, '').split('>');
	return { reads: Array.from(reads), writes: Array.from(writes) };
};
const toy = (...cells: string[]): Toy => new Toy(cells, written);

test('a cell above that ran with other code, failed, was edited or went away makes those that used it stale', () => {
	const shop = toy('>p', 'p>c', 'c>', '>x');
	shop.runAll();
	expect([...shop.code.keys()].map((cell) => shop.why(cell))).toEqual(Array(4).fill(undefined));

	shop.code.set('>p', '1>p');
	expect(shop.why('p>c')).toBe('p edited >p');
	expect(shop.why('c>')).toBe('c outdated p>c');
	expect(shop.why('>x')).toBeUndefined();
	shop.run('>p');
	expect(shop.why('>p')).toBeUndefined();
	expect(shop.why('p>c')).toBe('p changed >p');
	shop.run('p>c');
	expect(shop.why('p>c')).toBeUndefined();
	expect(shop.why('c>')).toBe('c changed p>c');
	shop.runAll();
	expect(shop.why('c>')).toBeUndefined();
	shop.run('>p', { isGood: false });
	expect(shop.why('p>c')).toBe('p failed >p');
	shop.runAll();
	shop.code.set('>p', '>q');
	shop.run('>p');
	expect(shop.why('p>c')).toBe('p dropped >p');
	shop.runAll();
	shop.code.delete('>p');
	shop.lineage = noteRun(shop.lineage, {
		cell: '>p',
		code: '',
		isGood: true,
		names: { reads: [], writes: ['p'], varies: false },
		isRepeated: false
	});
	shop.run('p>c');
	expect(shop.why('p>c')).toBe('p removed >p');
});

test('the same run again changes nothing, unless it hangs on chance, or on what it changes itself', () => {
	const shop = toy('>p', 'p>');
	shop.runAll();
	shop.run('>p');
	expect(shop.why('p>')).toBeUndefined();
	shop.run('>p', { varies: true });
	expect(shop.why('p>')).toBe('p changed >p');
	const grown = toy('>p', 'p>p', 'p>');
	grown.runAll();
	grown.run('p>p');
	expect(grown.why('p>')).toBe('p changed p>p');
	expect(grown.why('p>p')).toBeUndefined();
});

test('what a cell below does later with the same name is no concern of those above it', () => {
	const shop = toy('>p', 'p>', '1>p');
	shop.runAll();
	shop.code.set('1>p', '2>p');
	shop.run('1>p');
	expect(shop.why('p>')).toBeUndefined();
	// Not even where it was that value that was used: from the top, it would not be.
	shop.run('p>');
	shop.code.set('1>p', '3>p');
	shop.run('1>p');
	expect(shop.why('p>')).toBeUndefined();
});

test('the same run again is news for a cell that had used the value of another', () => {
	const shop = toy('>p', '1>p', 'p>');
	shop.runAll();
	shop.run('>p');
	expect(shop.why('p>')).toBe('p changed >p');
	shop.run('1>p');
	expect(shop.why('p>')).toBeUndefined();
});

const cells = ['0', '1', '2', '3', '4'];
const someNames = fc.subarray(['a', 'b', 'c', 'd']);
/** What each cell reads and writes, in each of three versions of its code. */
const anyCode = fc.array(fc.record({ reads: someNames, writes: someNames }), {
	minLength: cells.length * 3,
	maxLength: cells.length * 3
});
const anyStep = fc.record({
	cell: fc.constantFrom(...cells),
	what: fc.constantFrom('run', 'run', 'edit', 'all'),
	version: fc.nat(2)
});

test('property: whatever is edited and run in whatever order, a cell whose names are others now by a cell above says so', () => {
	fc.assert(
		fc.property(anyCode, fc.array(anyStep, { maxLength: 40 }), (table, steps) => {
			const names = (code: string): Names =>
				table[Number(code[0]) * 3 + Number(code[1] ?? 0)] ?? written('>');
			const book = new Toy(cells, names);
			// The oracle runs everything: a value says how it came about, in full.
			const values = new Map<string, { term: string; by: string }>();
			const used = new Map<string, Map<string, string>>();
			const term = (name: string): string => values.get(name)?.term ?? '';
			const run = (cell: string): void => {
				const code = book.code.get(cell) ?? '';
				const { reads, writes } = names(code);
				const seen = new Map(reads.map((name) => [name, term(name)]));
				used.set(cell, seen);
				// A long history would make terms of any length; what counts is that other ones stay others.
				const made = short(`${code}(${[...seen].join()})`);
				for (const name of writes) values.set(name, { term: made, by: cell });
				book.run(cell);
			};
			for (const { cell, what, version } of steps) {
				if (what === 'edit') book.code.set(cell, `${cell}${version}`);
				else if (what === 'run') run(cell);
				else cells.forEach(run);
				for (const [reader, seen] of used) {
					const isOther = [...seen].some(
						([name, then]) => term(name) !== then && (values.get(name)?.by ?? reader) < reader
					);
					if (isOther) expect(book.why(reader), `cell ${reader}`).toBeDefined();
				}
				if (what === 'all') expect(cells.map((each) => book.why(each))).toEqual(cells.map(() => undefined));
			}
			// Without an edit, and where nothing changes what it reads, a second run of any cell is no news.
			if (!table.some(({ reads, writes }) => writes.some((name) => reads.includes(name)))) {
				cells.forEach(run);
				cells.forEach(run);
				const before = cells.map((each) => book.why(each));
				expect(before).toEqual(cells.map(() => undefined));
			}
		}),
		{ numRuns: 500 }
	);
});

const known = new Map<string, string>();
const short = (term: string): string => {
	const number = known.get(term) ?? `#${known.size}`;
	known.set(term, number);
	return number;
};
