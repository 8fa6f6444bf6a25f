import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import type { Lesson } from '$lib/domain/lesson';
import { plainText, type Inline, type Markdown } from '$lib/domain/markdown';
import { textOfPart, type OutputPart } from '$lib/domain/run';
import { allNodes } from '$lib/lessons/walk';
import type { NodePool } from '$lib/runner/node/pool';
import type { Tell } from './finding';
import type { Slowness } from './machine';
import type { SourceLines } from './source-lines';

const tableCell = v.parse(CellId, 'value-table');
const limitMs = 10_000;
const spare = 3;

/** A fence in this language shows what code of the page shows. */
const outputLanguage = 'output';

/** Holds output that stands in the text to what cells and solutions gave: `printed` has a text for each of them. */
export function checkOutputs(
	lesson: Lesson,
	printed: readonly string[],
	source: SourceLines,
	tell: Tell
): void {
	for (const node of allNodes(lesson)) {
		if (node.kind !== 'code' || node.language !== outputLanguage) continue;
		const text = trimmed(node.text);
		if (printed.some((one) => trimmed(one).includes(text))) continue;
		const [first = ''] = node.text.split('\n');
		tell(source.findText(first) ?? source.bodyLine, 'This output is not what a cell or a solution shows.', {
			expected: 'what one of them shows, or a fence `text` where it comes from elsewhere',
			got: node.text
		});
	}
}

/** Blanks at the ends of lines are not seen. */
const trimmed = (text: string): string =>
	text
		.split('\n')
		.map((line) => line.trimEnd())
		.join('\n')
		.trim();

type Table = Extract<Markdown, { kind: 'table' }>;
/** Lines of a program one below the other, and what each name holds after each of them. */
export type ValueTable = {
	readonly names: readonly string[];
	readonly rows: readonly { readonly line: string; readonly values: readonly string[] }[];
};

/** A table whose first column is called `Line` and holds code, and whose other columns are names in backquotes. */
export function valueTableOf({ header, rows }: Table): ValueTable | undefined {
	const [first, ...others] = header;
	if (first === undefined || plainText(first).trim() !== 'Line' || others.length === 0) return undefined;
	const names = others.map(onlyCode);
	const read = rows.map(([line, ...values]) => ({
		line: onlyCode(line ?? []),
		values: values.map((value) => plainText(value).trim())
	}));
	if (names.some((name) => name === undefined || !/^[A-Za-z_]\w*$/.test(name))) return undefined;
	if (read.some(({ line }) => line === undefined)) return undefined;
	return {
		names: names.map((name) => name ?? ''),
		rows: read.map(({ line, values }) => ({ line: line ?? '', values }))
	};
}

function onlyCode(cell: readonly Inline[]): string | undefined {
	const [only, ...more] = cell.filter((inline) => inline.kind !== 'text' || inline.text.trim() !== '');
	return only?.kind === 'code' && more.length === 0 ? only.text : undefined;
}

const Values = v.pipe(v.string(), v.parseJson(), v.array(v.record(v.string(), v.string())));
const mark = 'values of a table: ';

/** Runs the lines by themselves, and says what each name holds after each of them; an absent name is an empty text. */
const programOf = ({ names, rows }: ValueTable): string =>
	[
		'import json as _json',
		'_held, _after = {}, []',
		`for _line in _json.loads(${JSON.stringify(JSON.stringify(rows.map(({ line }) => line)))}):`,
		'    exec(_line, _held)',
		`    _after.append({_name: repr(_held[_name]) if _name in _held else "" for _name in ${JSON.stringify(names)}})`,
		`print("\\n${mark}" + _json.dumps(_after))`
	].join('\n');

/** Follows every value table of a lesson by running its lines. */
export async function runTables(
	pool: NodePool,
	lesson: Lesson,
	source: SourceLines,
	tell: Tell,
	slowness: Slowness,
	signal: AbortSignal
): Promise<void> {
	const tables = allNodes(lesson).flatMap((node) =>
		node.kind === 'table' ? (valueTableOf(node) ?? []) : []
	);
	if (tables.length === 0) return;
	const patience = spare * (await slowness());
	const group = pool.group(signal);
	try {
		for (const table of tables) {
			const parts: OutputPart[] = [];
			const end = await group.run(
				{ cellId: tableCell, code: programOf(table), limitMs: limitMs * patience },
				{ output: (part) => parts.push(part) },
				signal
			);
			const line = source.findText(`| \`${table.rows[0]?.line ?? ''}\``) ?? source.bodyLine;
			const said = parts.map(textOfPart).join('').split(mark).at(-1);
			const values = v.safeParse(Values, said?.trim());
			if (end.status !== 'ok' || !values.success) {
				tell(line, 'The lines of this table cannot be run by themselves.', {
					kind: 'note',
					expected: 'lines that need nothing from above, or another name than “Line” for the first column',
					got: end.error === undefined ? end.status : `${end.error.type}: ${end.error.message}`
				});
			} else compareTable(table, values.output, line, tell);
		}
	} finally {
		group.close();
	}
}

export function compareTable(
	{ names, rows }: ValueTable,
	after: readonly Record<string, string>[],
	line: number,
	tell: Tell
): void {
	for (const [index, row] of rows.entries()) {
		for (const [column, name] of names.entries()) {
			const said = row.values[column] ?? '';
			const holds = after[index]?.[name] ?? '';
			if (said === holds) continue;
			tell(line + index, `After \`${row.line}\` the name \`${name}\` holds something else.`, {
				expected: holds === '' ? 'nothing: there is no such name yet' : holds,
				got: said
			});
		}
	}
}
