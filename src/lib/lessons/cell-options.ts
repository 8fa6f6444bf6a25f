import * as v from 'valibot';
import { closest, didYouMean } from './closest';
import type { Place, Report } from './report';

/** What each option takes. Quarto's names and quarto-live's where they have one. */
const options = {
	id: 'text',
	label: 'text',
	exercise: 'names',
	setup: 'flag',
	check: 'flag',
	solution: 'flag',
	server: 'flag',
	editable: 'flag',
	autorun: 'flag',
	predict: 'flag',
	blanks: 'flag',
	expect: 'text',
	timelimit: 'text',
	files: 'names',
	stdin: 'lines'
} as const;
export type OptionName = keyof typeof options;
export const optionNames = Object.keys(options) as OptionName[];

/** What people who know Quarto will try, and what there is here in its place. */
const elsewhere: ReadonlyMap<string, string> = new Map([
	['eval', 'a plain fence, ```python, for code that is only read'],
	['echo', '`setup: true` for code that is not shown'],
	['include', '`setup: true` for code that is not shown'],
	['error', '`expect: ValueError`, with the exception that the cell raises'],
	['edit', '`editable: false`'],
	['caption', '`label`'],
	['envir', 'nothing: all cells of a lesson share their names']
]);

type Value =
	| { readonly type: 'text'; readonly text: string }
	| { readonly type: 'flag'; readonly on: boolean }
	| { readonly type: 'lines'; readonly lines: readonly string[] }
	| { readonly type: 'names'; readonly names: readonly { readonly text: string; readonly at: Place }[] };
type Option = Value & { readonly at: Place };
type Taken<Name extends OptionName> = Extract<Option, { type: (typeof options)[Name] }>;

export type CellOptions = {
	/** What is wrong with an option, or where its value stands. */
	get<Name extends OptionName>(name: Name): Taken<Name> | undefined;
	/** `false` where it is not said. */
	isOn(name: OptionName): boolean;
	readonly given: ReadonlyMap<OptionName, Option>;
};

/** Options are the lines `#| key: value` above the code; blank lines among and below them are not code. */
export function readOptions(
	text: string,
	fenceLine: number,
	report: Report
): { options: CellOptions; code: string } {
	const lines = text.split('\n');
	const given = new Map<OptionName, Option>();
	let codeFrom = 0;
	while (codeFrom < lines.length) {
		const content = lines[codeFrom] ?? '';
		if (content.trim().startsWith('#|')) readOption(content, fenceLine + 1 + codeFrom, given, report);
		else if (content.trim() !== '') break;
		codeFrom += 1;
	}
	const code = lines.slice(codeFrom);
	for (const [index, content] of code.entries()) {
		const name = /^#\|\s*([a-z]+)\s*:/.exec(content)?.[1];
		if (name === undefined || !optionNames.some((known) => known === name)) continue;
		const line = fenceLine + 1 + codeFrom + index;
		report(line, 'This option stands below code.', 'options above the first line of code');
	}
	const read: CellOptions = {
		given,
		// What is stored under a name was read as the type that `options` gives for it.
		get: <Name extends OptionName>(name: Name) => given.get(name) as Taken<Name> | undefined,
		isOn: (name) => {
			const option = given.get(name);
			return option?.type === 'flag' && option.on;
		}
	};
	return { options: read, code: code.join('\n').trimEnd() };
}

function readOption(content: string, line: number, given: Map<OptionName, Option>, report: Report): void {
	const parts = /^(\s*#\|\s*)([^:\s]+)(\s*:\s*)(.*?)\s*$/.exec(content);
	if (parts === null) {
		report(line, 'This option line cannot be read.', '`#| key: value`');
		return;
	}
	const [, before = '', key = '', between = '', written = ''] = parts;
	const keyAt: Place = { line, column: before.length + 1 };
	const at: Place = { line, column: before.length + key.length + between.length + 1 };
	const name = optionNames.find((candidate) => candidate === key);
	if (name === undefined) {
		const instead = closest(key, optionNames) === undefined ? elsewhere.get(key) : undefined;
		report(
			keyAt,
			`There is no cell option “${key}”.${didYouMean(key, optionNames)}`,
			instead ?? `one of ${optionNames.join(', ')}`
		);
		return;
	}
	const text = unquote(written);
	if (text === '') report(keyAt, `The option \`${name}\` is empty.`, `\`#| ${name}: value\``);
	else if (given.has(name)) report(keyAt, `The option \`${name}\` is given twice.`, 'each option once');
	else {
		const value = valueOf(options[name], written, at);
		if (value === undefined) report(at, `“${text}” is not an answer to \`${name}\`.`, takes[options[name]]);
		else given.set(name, { ...value, at });
	}
}

/** What is expected of a value of each type that cannot be read; text and names always can. */
const takes: Readonly<Record<Value['type'], string>> = {
	text: 'text',
	names: 'names',
	flag: '`true` or `false`',
	lines: 'the lines in brackets, each in double quotes: `["3", "soup"]`'
};

const Lines = v.pipe(
	v.string(),
	v.parseJson(),
	v.array(v.pipe(v.string(), v.regex(/^[^\n\r]*$/))),
	v.maxLength(100)
);

function valueOf(
	type: Value['type'],
	written: string,
	at: { line: number; column: number }
): Value | undefined {
	switch (type) {
		case 'text':
			return { type, text: unquote(written) };
		case 'flag':
			return /^(?:true|false)$/.test(written) ? { type, on: written === 'true' } : undefined;
		case 'lines': {
			const lines = v.safeParse(Lines, written);
			return lines.success ? { type, lines: lines.output } : undefined;
		}
		case 'names': {
			// One name, or several in brackets.
			const names: { text: string; at: Place }[] = [];
			for (const found of written.matchAll(/[^\s,[\]][^,[\]]*/g)) {
				const place = { line: at.line, column: at.column + found.index };
				names.push({ text: unquote(found[0].trim()), at: place });
			}
			return { type, names };
		}
	}
}

/** Quotes around a value are optional, as in YAML. */
const unquote = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2]?.trim() ?? value;
