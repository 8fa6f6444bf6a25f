import { expect, test } from 'vitest';
import { parseLesson } from '$lib/lessons/parse';
import { allNodes } from '$lib/lessons/walk';
import { checkOutputs, compareTable, valueTableOf } from './run-shown';
import { sourceLines } from './source-lines';

const head = '---\ntitle: T\nsummary: S\n---\n';

async function lessonOf(body: string) {
	const parsed = await parseLesson({ path: '01-a/index.md', text: head + body });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	return { lesson: parsed.lesson, source: sourceLines(head + body, []) };
}

test('output in the text is what some cell shows', async () => {
	const { lesson, source } = await lessonOf(
		'You will see\n\n```output\n1 h 30 min\n```\n\n```text\nelsewhere\n```\n'
	);
	const told: string[] = [];
	const tell = (line: number, what: string) => void told.push(`${line} ${what}`);
	checkOutputs(lesson, ['first\n', 'it is\n1 h 30 min \n'], source, tell);
	expect(told).toEqual([]);
	checkOutputs(lesson, ['1 h 31 min\n'], source, tell);
	// A part of a line is not what it shows.
	checkOutputs(lesson, ['1 h 30 min 5 s\n'], source, tell);
	const what = '7 This output is not what a cell or a solution shows.';
	expect(told).toEqual([what, what]);
});

test('output is told of where it stands, and not where its text came before', async () => {
	const { lesson, source } = await lessonOf('A price is 8.\n\n```output\n7\n```\n\n```output\n8\n```\n');
	const told: number[] = [];
	checkOutputs(lesson, ['7\n'], source, (line) => void told.push(line));
	expect(told).toEqual([11]);
});

test('a table of lines and names is held to what the lines do', async () => {
	const table = '| Line | `a` | `b` |\n| :-- | --: | --: |\n| `a = 5` | 5 | |\n| `b = "x"` | 5 | `\'x\'` |\n';
	const { lesson } = await lessonOf(table);
	const [read] = allNodes(lesson).flatMap((node) => (node.kind === 'table' ? [valueTableOf(node)] : []));
	expect(read).toEqual({
		names: ['a', 'b'],
		rows: [
			{ line: 'a = 5', values: ['5', ''] },
			{ line: 'b = "x"', values: ['5', "'x'"] }
		]
	});
	if (read === undefined) return;
	const told: string[] = [];
	const tell = (line: number, what: string, more?: { expected?: string }) =>
		void told.push(`${line} ${what} ${more?.expected ?? ''}`);
	compareTable(
		read,
		[
			{ a: '5', b: '' },
			{ a: '5', b: "'x'" }
		],
		7,
		tell
	);
	expect(told).toEqual([]);
	compareTable(
		read,
		[
			{ a: '5', b: '' },
			{ a: '30', b: "'x'" }
		],
		7,
		tell
	);
	expect(told).toEqual(['8 After `b = "x"` the name `a` holds something else. 30']);
});

test.each([
	'| Sign | `a` |\n| - | - |\n| `>` | 1 |\n',
	'| Line | what |\n| - | - |\n| `a = 1` | 1 |\n',
	'| Line | `a` |\n| - | - |\n| first | 1 |\n'
])('%j is another kind of table', async (table) => {
	const { lesson } = await lessonOf(table);
	const tables = allNodes(lesson).filter((node) => node.kind === 'table');
	expect(tables.map(valueTableOf)).toEqual([undefined]);
});
