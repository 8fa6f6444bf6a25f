/** Rows of a list of dictionaries, each value as Python writes it; undefined where a row has no such key. */
export type Table = {
	columns: readonly string[];
	rows: readonly (readonly (string | undefined)[])[];
	/** Whether all values of a column are numbers. */
	isNumeric: readonly boolean[];
};

/** What has more is read as text, which can be shown in part. */
const maxChars = 60_000;
const maxRows = 500;
const maxColumns = 30;

const token =
	/\s*(?:([[\]{},:])|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(-?(?:inf|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)|nan)|(True|False|None))/y;
type Token = { kind: 'mark' | 'text' | 'number' | 'word' | 'end'; text: string };

/** The table that a value's text is: a list of dictionaries with texts as keys and plain values, none of them nested. */
export function tableOf(repr: string): Table | undefined {
	if (repr.length > maxChars || !repr.startsWith('[{')) return undefined;
	const next = reader(repr);
	const rows: Map<string, Token>[] = [];
	if (next()?.text !== '[') return undefined;
	for (let after = ','; after === ',';) {
		const row = readRow(next);
		if (row === undefined || rows.length === maxRows) return undefined;
		rows.push(row.values);
		after = row.after;
	}
	if (next()?.kind !== 'end') return undefined;
	const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
	if (columns.length === 0 || columns.length > maxColumns) return undefined;
	return {
		columns: columns.map(unquoted),
		rows: rows.map((row) => columns.map((column) => row.get(column)?.text)),
		isNumeric: columns.map((column) => rows.every((row) => (row.get(column)?.kind ?? 'number') === 'number'))
	};
}

function reader(text: string): () => Token | undefined {
	let at = 0;
	return () => {
		if (at === text.length) return { kind: 'end', text: '' };
		token.lastIndex = at;
		const found = token.exec(text);
		if (found === null) return undefined;
		at = token.lastIndex;
		const [, mark, string, number, word = ''] = found;
		if (mark !== undefined) return { kind: 'mark', text: mark };
		if (string !== undefined) return { kind: 'text', text: string };
		return number === undefined ? { kind: 'word', text: word } : { kind: 'number', text: number };
	};
}

/** One dictionary, and the mark behind it: a comma or the bracket that ends the list. */
function readRow(next: () => Token | undefined): { values: Map<string, Token>; after: string } | undefined {
	if (next()?.text !== '{') return undefined;
	const values = new Map<string, Token>();
	let mark = ',';
	while (mark === ',') {
		const [key, colon, value, end] = [next(), next(), next(), next()];
		if (key?.kind !== 'text' || colon?.text !== ':' || end?.kind !== 'mark') return undefined;
		if (value === undefined || value.kind === 'mark' || value.kind === 'end') return undefined;
		values.set(key.text, value);
		mark = end.text;
	}
	const after = next();
	if (mark !== '}' || (after?.text !== ',' && after?.text !== ']')) return undefined;
	return { values, after: after.text };
}

/** A key without what only says that it is a text; one with escapes stays as Python writes it. */
const unquoted = (key: string): string => (key.includes('\\') ? key : key.slice(1, -1));
