import * as v from 'valibot';
import { expect, test } from 'vitest';
import { CellId } from '$lib/domain/ids';
import { PublicLesson } from '$lib/domain/lesson';
import { RunResult } from '$lib/domain/run';
import { notebookFile, type Work } from './notebook-file';

/** What Jupyter asks of a file of version 4.5, as far as we write it. */
const Output = v.variant('output_type', [
	v.strictObject({
		output_type: v.literal('stream'),
		name: v.picklist(['stdout', 'stderr']),
		text: v.string()
	}),
	v.strictObject({
		output_type: v.literal('display_data'),
		metadata: v.strictObject({}),
		data: v.objectWithRest({ 'text/plain': v.string() }, v.unknown())
	}),
	v.strictObject({
		output_type: v.literal('error'),
		ename: v.string(),
		evalue: v.string(),
		traceback: v.array(v.string())
	})
]);
const cell = {
	id: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,64}$/)),
	metadata: v.looseObject({}),
	source: v.string()
};
const File = v.strictObject({
	nbformat: v.literal(4),
	nbformat_minor: v.literal(5),
	metadata: v.looseObject({
		kernelspec: v.strictObject({ name: v.string(), display_name: v.string(), language: v.string() })
	}),
	cells: v.array(
		v.variant('cell_type', [
			v.strictObject({ cell_type: v.literal('markdown'), ...cell }),
			v.strictObject({
				cell_type: v.literal('code'),
				...cell,
				execution_count: v.null(),
				outputs: v.array(Output)
			})
		])
	)
});

const say = (text: string) => ({ kind: 'paragraph', children: [{ kind: 'text', text }] });
const lesson = v.parse(PublicLesson, {
	id: 'soup',
	title: 'Soup_day',
	summary: '',
	order: 1,
	level: 'beginner',
	minutes: 5,
	language: 'en',
	tags: [],
	prerequisites: [],
	version: 'a'.repeat(64),
	files: [],
	exercises: [{ id: 'ex', cell: 'later', setup: ['before'], hints: [[say('A hint.')]], checks: 1 }],
	blocks: [
		{
			kind: 'prose',
			nodes: [
				{
					kind: 'paragraph',
					children: [{ kind: 'image', src: '/api/v1/lessons/soup/files/x/pot.svg', alt: 'A pot' }]
				},
				{ kind: 'callout', look: 'tip', title: [], fold: 'never', children: [say('Stir.')] }
			]
		},
		{ kind: 'cell', cell: { role: 'setup', id: 'before', exercises: ['ex'], starter: 'water = 1' } },
		{ kind: 'cell', cell: { role: 'example', id: 'first', starter: 'print(1)' } },
		{
			kind: 'quiz',
			quiz: {
				choice: 'single',
				id: 'q',
				question: [say('How much?')],
				options: [
					{ text: [{ kind: 'code', text: '1' }], right: true, reply: [say('Right.')] },
					{ text: [{ kind: 'text', text: '2' }], right: false, reply: [say('No.')] }
				]
			}
		},
		{ kind: 'cell', cell: { role: 'exercise', exercise: 'ex', id: 'later', starter: 'soup = ...' } }
	]
});
const result = v.parse(RunResult, {
	runId: crypto.randomUUID(),
	status: 'error',
	outputs: [
		{ kind: 'stdout', text: 'name? ' },
		{ kind: 'stdin', text: 'Ada\n' },
		{ kind: 'display', data: { 'text/plain': '{}', 'application/json': '{"a": 1}' } }
	],
	error: { type: 'ValueError', message: 'no', frames: [], traceback: 'Traceback:\nValueError: no' },
	checks: [],
	durationMs: 1,
	truncated: 0
});
const id = (text: string): CellId => v.parse(CellId, text);

test('a lesson is a Jupyter notebook: its text, the learner’s code, what it gave', () => {
	const work = new Map<CellId, Work>([[id('first'), { code: 'print("mine")', result }]]);
	const file = v.parse(
		v.pipe(v.string(), v.parseJson(), File),
		notebookFile(lesson, work, 'https://school.example')
	);
	expect(file.cells.map(({ source }) => source)).toEqual([
		'# Soup\\_day',
		'![A pot](https://school.example/api/v1/lessons/soup/files/x/pot.svg)\n\n> **Tip**\n>\n> Stir.',
		'water = 1',
		'print("mine")',
		'How much?\n\n- `1`\n- 2',
		'soup = ...'
	]);
	const outputs = file.cells.map((made) => (made.cell_type === 'code' ? made.outputs : []));
	expect(outputs[3]?.map((output) => output.output_type)).toEqual([
		'stream',
		'stream',
		'display_data',
		'error'
	]);
	expect(outputs[3]?.[2]).toMatchObject({ data: { 'application/json': { a: 1 } } });
	expect(new Set(file.cells.map((made) => made.id)).size).toBe(file.cells.length);
});
