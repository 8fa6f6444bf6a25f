import * as v from 'valibot';
import type { Lesson } from '$lib/domain/lesson';
import { plainText, type Inline, type Markdown } from '$lib/domain/markdown';
import { allNodes } from '$lib/lessons/walk';
import type { NodePool } from '$lib/runner/node/pool';
import type { Tell } from './finding';
import type { Slowness } from './machine';
import { withSnippets } from './snippets';
import type { SourceLines } from './source-lines';
import { toldIn, type Told } from './told-values';

/** A fence in this language shows what code of the page shows. */
const outputLanguage = 'output';

/** Holds output that stands in the text to what cells and solutions gave: `printed` has a text for each of them. */
export function checkOutputs(
	lesson: Lesson,
	printed: readonly string[],
	source: SourceLines,
	tell: Tell
): void {
	let above = source.bodyLine;
	for (const node of allNodes(lesson)) {
		if (node.kind !== 'code' || node.language !== outputLanguage) continue;
		const lines = trimmed(node.text);
		const fence =
			source.findRun([outputLanguage, ...lines], above) ?? source.findRun([outputLanguage, ...lines]);
		if (fence !== undefined) above = fence + 1;
		if (printed.some((one) => hasLines(trimmed(one), lines))) continue;
		tell(fence ?? source.bodyLine, 'This output is not what a cell or a solution shows.', {
			expected: 'what one of them shows, or a fence `text` where it comes from elsewhere',
			got: node.text
		});
	}
}

/** Its lines. Blanks at their ends are not seen, nor are empty lines around them. */
const trimmed = (text: string): string[] =>
	text
		.replace(/[^\S\n]+$/gm, '')
		.replace(/^\n+|\n+$/g, '')
		.split('\n');

/** Whether the lines stand there one below the other. */
const hasLines = (all: readonly string[], lines: readonly string[]): boolean =>
	all.some((_, index) => lines.every((line, below) => all[index + below] === line));

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
const mark = 'values: ';

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

/** Whether what the text says of expressions without names is so, each as Python's text of the value where it is not. */
const programOfSentences = (told: readonly Told[]): string =>
	[
		'import ast as _ast, builtins as _builtins, json as _json',
		'def _instead(_code, _said):',
		'    try:',
		'        _names = {_one.id for _one in _ast.walk(_ast.parse(_code, mode="eval")) if isinstance(_one, _ast.Name)}',
		'        if not _names <= {*dir(_builtins)}:',
		'            return ""',
		'        _value, _other = eval(_code, {}), eval(_said, {})',
		'    except Exception:',
		'        return ""',
		'    return "" if callable(_value) or type(_value) is type(_other) and _value == _other else repr(_value)',
		`_all = _json.loads(${JSON.stringify(JSON.stringify(told))})`,
		`print("\\n${mark}" + _json.dumps([{"is": _instead(_one["code"], _one["said"])} for _one in _all]))`
	].join('\n');

/** Holds what sentences say of code that needs no names (“`17 // 5` is 3”) to what it gives. Messages of mistakes have their own way. */
async function runSentences(run: RunCode, lesson: Lesson, source: SourceLines, tell: Tell): Promise<void> {
	const messages = new Set(
		lesson.exercises.flatMap(({ mistakes }) => mistakes.flatMap(({ message }) => message))
	);
	const told = toldIn(allNodes(lesson).filter((node) => !messages.has(node))).told.flatMap((one) =>
		one.kind === 'value' && Object.keys(one.given).length === 0 ? [one] : []
	);
	if (told.length === 0) return;
	const { values } = await run(programOfSentences(told));
	for (const [index, { code, said }] of told.entries()) {
		const so = values?.[index]?.['is'] ?? '';
		if (so === '') continue;
		tell(
			source.findText(`\`${code}\``) ?? source.bodyLine,
			`\`${code}\` has another value than the text says.`,
			{
				kind: 'note',
				expected: so,
				got: said
			}
		);
	}
}

type RunCode = (code: string) => Promise<{ values?: Record<string, string>[]; ended: string }>;

/** Follows every value table of a lesson by running its lines. */
async function runTables(run: RunCode, lesson: Lesson, source: SourceLines, tell: Tell): Promise<void> {
	const tables = allNodes(lesson).flatMap((node) =>
		node.kind === 'table' ? (valueTableOf(node) ?? []) : []
	);
	let above = source.bodyLine;
	for (const table of tables) {
		const codes = table.rows.map(({ line }) => `\`${line}\``);
		const line = source.findRun(codes, above) ?? source.findRun(codes) ?? source.bodyLine;
		above = line + codes.length;
		const { values, ended } = await run(programOf(table));
		if (values !== undefined) compareTable(table, values, line, tell);
		else
			tell(line, 'The lines of this table cannot be run by themselves.', {
				kind: 'note',
				expected: 'lines that need nothing from above, or another name than “Line” for the first column',
				got: ended
			});
	}
}

/** Runs what the text of a lesson says of code by itself. */
export const runShown = (
	pool: NodePool,
	lesson: Lesson,
	source: SourceLines,
	tell: Tell,
	slowness: Slowness,
	signal: AbortSignal
): Promise<void> =>
	withSnippets(pool, slowness, signal, async (runSnippet) => {
		const run: RunCode = async (code) => {
			const { end, text } = await runSnippet(code);
			const values = v.safeParse(Values, text.split(mark).at(-1)?.trim());
			const ended = end.error === undefined ? end.status : `${end.error.type}: ${end.error.message}`;
			return end.status === 'ok' && values.success ? { values: values.output, ended } : { ended };
		};
		await runTables(run, lesson, source, tell);
		await runSentences(run, lesson, source, tell);
	});

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
