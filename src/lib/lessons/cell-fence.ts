import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import type { CellSpec } from '$lib/domain/lesson';
import { Code, maxCodeBytes } from '$lib/domain/limits';
import { didYouMean } from './closest';
import type { Report } from './report';

const cellInfo = '{python}';
const optionNames = ['id', 'label', 'timelimit'] as const;
type OptionName = (typeof optionNames)[number];

/** An opening fence whose info string begins with a brace is meant to be a cell. */
export const isMeantAsCell = (info: string | undefined): boolean => info?.trim().startsWith('{') ?? false;

/** A fence as it stands in the file: its info string, what is inside, and the line of the opening fence. */
export type Fence = { info: string; text: string; line: number };

/** The cells of one lesson, read one after the other so that an id is taken once. */
export function cellReader(report: Report): (fence: Fence) => CellSpec | undefined {
	const takenOn = new Map<CellId, number>();
	return ({ info, text, line }) => {
		if (info.trim() !== cellInfo) {
			report(line, `“${info.trim()}” is no kind of cell.${didYouMean(info.trim(), [cellInfo])}`, `\`\`\`${cellInfo}`);
			return undefined;
		}
		const { options, starter } = readOptions(text, line, report);
		if (!v.is(Code, starter)) {
			report(line, 'The code of this cell is too long.', `at most ${maxCodeBytes} bytes`);
			return undefined;
		}
		const id = readId(options.get('id'), line, report);
		if (id === undefined) return undefined;
		const first = takenOn.get(id);
		if (first !== undefined) {
			report(line, `The id “${id}” is already taken by the cell on line ${first}.`, 'an id of its own');
			return undefined;
		}
		takenOn.set(id, line);
		const label = options.get('label')?.value;
		const limitMs = readLimit(options.get('timelimit'), report);
		return {
			id,
			role: 'example',
			starter,
			...(label === undefined ? {} : { label }),
			...(limitMs === undefined ? {} : { limitMs })
		};
	};
}

type Option = { value: string; line: number };

/** Options are the lines `#| key: value` above the code; blank lines among and below them are not code. */
function readOptions(text: string, fenceLine: number, report: Report) {
	const lines = text.split('\n');
	const options = new Map<OptionName, Option>();
	let codeFrom = 0;
	while (codeFrom < lines.length) {
		const content = (lines[codeFrom] ?? '').trim();
		const line = fenceLine + 1 + codeFrom;
		if (content.startsWith('#|')) readOption(content, line, options, report);
		else if (content !== '') break;
		codeFrom += 1;
	}
	const code = lines.slice(codeFrom);
	for (const [index, content] of code.entries()) {
		if (/^#\|\s*(?:id|label|timelimit)\s*:/.test(content)) {
			report(fenceLine + 1 + codeFrom + index, 'This option stands below code.', 'options above the first line of code');
		}
	}
	return { options, starter: code.join('\n').trimEnd() };
}

function readOption(content: string, line: number, options: Map<OptionName, Option>, report: Report): void {
	const parts = /^#\|\s*([^:\s]+)\s*:(.*)$/.exec(content);
	if (parts === null) {
		report(line, 'This option line cannot be read.', '`#| key: value`');
		return;
	}
	const key = parts[1] ?? '';
	const name = optionNames.find((candidate) => candidate === key);
	if (name === undefined) {
		report(line, `There is no cell option “${key}”.${didYouMean(key, optionNames)}`, `one of ${optionNames.join(', ')}`);
		return;
	}
	const value = unquote((parts[2] ?? '').trim());
	if (value === '') report(line, `The option \`${name}\` is empty.`, `\`#| ${name}: value\``);
	else if (name === 'label' && value.length > 80) report(line, 'This label is too long.', 'at most 80 characters');
	else if (options.has(name)) report(line, `The option \`${name}\` is given twice.`, 'each option once');
	else options.set(name, { value, line });
}

/** Quotes around a value are optional, as in YAML. */
const unquote = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2]?.trim() ?? value;

/** Seconds in the file, as in Quarto; milliseconds here. */
function readLimit(option: Option | undefined, report: Report): number | undefined {
	if (option === undefined) return undefined;
	const seconds = /^\d+(\.\d+)?$/.test(option.value) ? Number(option.value) : Number.NaN;
	if (seconds >= 0.1 && seconds <= 600) return Math.round(seconds * 1000);
	report(option.line, `“${option.value}” is no time limit.`, 'seconds between 0.1 and 600, such as `timelimit: 5`');
	return undefined;
}

function readId(option: Option | undefined, fenceLine: number, report: Report): CellId | undefined {
	const expected = 'words in lower case joined by hyphens, at most 64 characters, such as `first-steps`';
	if (option === undefined) {
		report(fenceLine, 'This cell has no id.', '`#| id: a-name` as its first line');
		return undefined;
	}
	const id = v.safeParse(CellId, option.value);
	if (id.success) return id.output;
	report(option.line, `“${option.value}” cannot be a cell’s id.`, expected);
	return undefined;
}
