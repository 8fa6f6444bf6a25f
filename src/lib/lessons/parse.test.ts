import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ContentHash } from '$lib/domain/ids';
import {
	Lesson,
	LessonFile,
	LessonFileName,
	LessonProblem,
	LessonSummary,
	PublicLesson
} from '$lib/domain/lesson';
import { parseLesson } from './parse';
import { summarise, toPublic } from './public';

const path = '04-first-functions/index.md';
const first = readFileSync(new URL('../../../lessons/04-first-functions/index.md', import.meta.url), 'utf8');
/** Its picture. What it holds is of no matter to the parser. */
const pictures: LessonFile[] = [
	{
		name: v.parse(LessonFileName, 'names-of-a-call.svg'),
		bytes: 1,
		hash: v.parse(ContentHash, '0'.repeat(64))
	}
];
const head = '---\ntitle: T\nsummary: S\n---\n';

async function lessonOf(text: string, at = path): Promise<Lesson> {
	const result = await parseLesson({ path: at, text, files: pictures });
	if (!result.ok) throw new Error(JSON.stringify(result.problems));
	return result.lesson;
}

async function problemsOf(text: string, at = path): Promise<readonly LessonProblem[]> {
	const result = await parseLesson({ path: at, text, files: pictures });
	return result.ok ? [] : result.problems;
}

/** The problems as `line: message`. */
const linesOf = async (text: string): Promise<string[]> =>
	(await problemsOf(text)).map(({ line, message }) => `${line}: ${message}`);

describe('the first lesson', () => {
	test('is a lesson that begins with three cells as they have always been', async () => {
		const lesson = await lessonOf(first);
		expect(v.parse(Lesson, lesson)).toEqual(lesson);
		expect(lesson).toMatchObject({ id: 'first-functions', order: 4, level: 'beginner', minutes: 35 });
		const cells = lesson.blocks.flatMap((block) =>
			block.kind === 'cell' && block.cell.role !== 'setup' ? [block.cell] : []
		);
		expect(cells.slice(0, 3).map(({ id }) => id)).toEqual(['greet', 'clamp', 'total']);
		for (const { starter, label } of cells) {
			expect(label).toBeDefined();
			const lines = starter.split('\n');
			expect(lines.filter((line) => line !== '').length).toBeLessThanOrEqual(7);
			expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
		}
	});

	test('has headings to jump to, and prose between its cells', async () => {
		const { blocks } = await lessonOf(first);
		expect(blocks.map(({ kind }) => kind).join(' ')).not.toContain('cell cell');
		const ids = blocks.flatMap((block) =>
			block.kind === 'prose' ? block.nodes.flatMap((node) => (node.kind === 'heading' ? [node.id] : [])) : []
		);
		expect(ids).toEqual([
			'two-questions-first',
			'one-recipe-many-bowls',
			'a-recipe-that-decides',
			'show-it-or-hand-it-over',
			'exercise-1-the-price-of-tickets',
			'exercise-2-who-has-passed',
			'names-that-belong-to-a-call',
			'exercise-3-all-points',
			'exercise-4-how-late-is-the-bus',
			'for-those-who-want-more',
			'what-you-can-do-now'
		]);
	});
});

describe('what a browser gets', () => {
	test('has no author’s notes', async () => {
		const lesson = await lessonOf(first);
		expect(lesson.authorNotes).toContain('Beliefs brought out');
		expect(v.parse(PublicLesson, toPublic(lesson))).toEqual(toPublic(lesson));
		expect(JSON.stringify(toPublic(lesson))).not.toContain('Beliefs brought out');
		expect(v.parse(LessonSummary, summarise(lesson))).toMatchObject({ id: 'first-functions', cells: 11 });
	});
});

describe('version', () => {
	test('changes with the text and with nothing else', async () => {
		const { version } = await lessonOf(first);
		expect((await lessonOf(first.replaceAll('\n', '\r\n'))).version).toBe(version);
		expect((await lessonOf(`\uFEFF${first}`)).version).toBe(version);
		expect((await lessonOf(first.replace('A cook', 'A baker'))).version).not.toBe(version);
	});

	test('covers the names and the contents of the data files', async () => {
		const of = async (files: LessonFile[]): Promise<string> => {
			const parsed = await parseLesson({ path, text: first, files: [...pictures, ...files] });
			return parsed.ok ? parsed.lesson.version : 'refused';
		};
		const file = (name: string, digit: string): LessonFile =>
			v.parse(LessonFile, { name, bytes: 3, hash: digit.repeat(64) });
		const versions = [
			(await lessonOf(first)).version,
			await of([file('a.csv', '0')]),
			await of([file('b.csv', '0')]),
			await of([file('a.csv', '1')]),
			await of([file('a.csv', '0'), file('b.csv', '0')])
		];
		expect(new Set(versions).size).toBe(versions.length);
		expect(await of([])).toBe(versions[0]);
	});
});

describe('front matter', () => {
	test('fills in what is left out', async () => {
		expect(await lessonOf(`${head}A few words.`, '07-a-b/index.md')).toMatchObject({
			id: 'a-b',
			order: 7,
			level: 'beginner',
			minutes: 1,
			language: 'en',
			tags: [],
			prerequisites: [],
			authorNotes: ''
		});
	});

	test('keeps what is given', async () => {
		const text =
			'---\ntitle: "T: x"\nsummary: S\norder: 40\nlevel: advanced\nminutes: 9\nlanguage: pt-br\ntags: [a, b]\n' +
			'prerequisites:\n  - first-functions\nnotes: |\n  one\n  two\n---\nText';
		expect(await lessonOf(text)).toMatchObject({
			title: 'T: x',
			order: 40,
			level: 'advanced',
			minutes: 9,
			language: 'pt-BR',
			tags: ['a', 'b'],
			prerequisites: ['first-functions'],
			authorNotes: 'one\ntwo'
		});
	});

	test.each([
		['', ['1: The file is empty.']],
		[' \n\n', ['1: The file is empty.']],
		['\uFEFF', ['1: The file is empty.']],
		['# Hello', ['1: The lesson does not begin with front matter.']],
		['---\ntitle: T\n', ['1: The front matter that opens here is never closed.']],
		['---', ['1: The front matter that opens here is never closed.']],
		['---\n---\nText', ['1: The front matter has no `title`.', '1: The front matter has no `summary`.']],
		[head.trimEnd(), ['5: The lesson has no text below its front matter.']],
		[
			'---\ntitel: T\nsummary: S\n---\nText',
			[
				'1: The front matter has no `title`.',
				'2: The front matter has an unknown key “titel”. Did you mean “title”?'
			]
		],
		['---\ntitle: T\nsummary: S\nlang: de\n---\nText', ['4: The front matter has an unknown key “lang”.']],
		[
			'---\ntitle: 12\nsummary:\nlevel: beginer\n---\nText',
			[
				'2: `title` is not text.',
				'3: `summary` is empty.',
				'4: There is no level “beginer”. Did you mean “beginner”?'
			]
		],
		[
			'---\ntitle: T\nsummary: S\nminutes: soon\norder: 1.5\ntags: a\nprerequisites: [Not An Id]\n---\nText',
			[
				'4: `minutes` is not a number that can be used here.',
				'5: `order` is not a number that can be used here.',
				'6: `tags` is not a list.',
				'7: Entry 1 of `prerequisites` cannot be used.'
			]
		],
		...['german', 'de_CH', '3', '[de]'].map((language): [string, string[]] => [
			`---\ntitle: T\nsummary: S\nlanguage: ${language}\n---\nText`,
			[
				/^\w\w/.test(language)
					? `4: “${language}” is no language that is known here.`
					: '4: `language` is not text.'
			]
		]),
		[
			'---\n- a\n---\nText',
			[
				'1: The front matter has no `title`.',
				'1: The front matter has no `summary`.',
				'2: The front matter is not a list of keys.'
			]
		],
		['---\ntitle: T\ntitle: U\nsummary: S\n---\nText', ['3: This key is there already.']],
		[
			'---\ntitle: T\nsummary: Lists: a beginning\ntags:\n\t- a\n---\nText',
			[
				'3: This text has a colon in it, which YAML takes for another key.',
				'5: This line begins with a tab, which YAML does not allow.'
			]
		],
		// YAML reads these as the texts "a - b" and "S - b", and says nothing.
		[
			'---\ntitle: T\nsummary: S\n  - b\ntags:\n  - a\n   - b\n---\nText',
			['3', '6'].map(
				(line) => `${line}: The dashes of this list are not below one another, so that YAML reads one text.`
			)
		],
		['---\ntitle: T\nsummary: S\ntags: [a - b, "c\\n - d"]\n---\nText', []],
		['---\ntitle:T\nsummary: S\n---\nText', ['2: This line has no key.']],
		['---\ntitle: @x\nsummary: S\n---\nText', ['2: A text cannot begin with this sign.']],
		["---\ntitle: 'it's'\nsummary: S\n---\nText", ['2: The value has ended before this, and more follows.']],
		[
			'---\ntitle: "T\nsummary: S\n---\nText',
			['3: Something that opens here is never closed, or a colon is missing.']
		],
		['---\ntitle: !x T\nsummary: S\n---\nText', ['2: The `!` begins a tag, which lessons do not use.']],
		[
			'---\na: &a [x]\ntitle: *a\nsummary: S\n---\nText',
			['2: The front matter has an unknown key “a”.', '3: `title` is not text.']
		]
	])('%j', async (text, expected) => {
		expect(await linesOf(text)).toEqual(expected);
	});

	test('a key of Quarto is told by what it is called here', async () => {
		const parsed = await parseLesson({
			path: '01-a/index.md',
			text: '---\ntitle: T\ndescription: S\n---\nText'
		});
		expect(parsed).toMatchObject({ ok: false, problems: [{ line: 1 }, { line: 3, expected: '`summary`' }] });
	});

	test('bad YAML is reported on its own line', async () => {
		const problems = await problemsOf('---\nsummary: S\ntitle: "T\n---\nText');
		expect(problems.map(({ line }) => line)).toContain(3);
		expect(problems[0]?.path).toBe(path);
	});

	test.each([
		'first/index.md',
		'01-First/index.md',
		'01-first/lesson.md',
		'index.md',
		'01-/index.md',
		'1-a/b/index.md'
	])('the path %s gives no id', async (at) => {
		expect(await problemsOf(`${head}Text`, at)).toMatchObject([{ path: at, line: 1 }]);
	});
});

describe('cells', () => {
	const cell = (inside: string, info = '{python}'): string => `\`\`\`${info}\n${inside}\n\`\`\`\n`;

	test('keep their code and leave their options', async () => {
		const { blocks } = await lessonOf(head + cell('\n#| id: a-1\n#| label: "One: two"\n\n\nx = 1\n\nx\n\n'));
		expect(blocks).toEqual([
			{ kind: 'cell', cell: { id: 'a-1', role: 'example', label: 'One: two', starter: 'x = 1\n\nx' } }
		]);
	});

	test('a time limit is in seconds, as in Quarto', async () => {
		const { blocks } = await lessonOf(head + cell('#| id: a\n#| timelimit: 2.5\nx = 1'));
		expect(blocks).toEqual([
			{ kind: 'cell', cell: { id: 'a', role: 'example', starter: 'x = 1', limitMs: 2_500 } }
		]);
	});

	test('say what is typed when nobody is there', async () => {
		const { blocks } = await lessonOf(head + cell('#| id: a\n#| stdin: ["3", "", "two, [words]"]\ninput()'));
		expect(blocks).toMatchObject([{ cell: { stdin: ['3', '', 'two, [words]'] } }]);
		for (const wrong of ['3', '[3]', '["a]', "['a']", '["a\\nb"]', '{"a": "b"}'])
			expect(await linesOf(head + cell(`#| id: a\n#| stdin: ${wrong}\ninput()`))).toEqual([
				`7: “${wrong}” is not an answer to \`stdin\`.`
			]);
	});

	test('may be empty, fenced by tildes, and nested in longer fences', async () => {
		const { blocks } = await lessonOf(`${head}~~~~{python}\n#| id: a\n~~~\n\`\`\`\n~~~~`);
		expect(blocks).toMatchObject([{ cell: { starter: '~~~\n```' } }]);
	});

	test('plain fences are code to read', async () => {
		const { blocks } = await lessonOf(head + cell('x', 'python title="y"'));
		expect(blocks).toEqual([{ kind: 'prose', nodes: [{ kind: 'code', language: 'python', text: 'x' }] }]);
	});

	test('every fault has its line, all at once', async () => {
		const body = [
			cell('x'),
			cell('#| id: A b'),
			cell('#| idd: a\n#| id: a'),
			cell('#| id: a'),
			cell('#| id: b\n#| id: c\n#| nonsense'),
			cell('#| id: d\nx = 1\n#| label: late'),
			cell('#| id: e', '{pyton}'),
			cell('#| id: f\n#| label:'),
			cell('#| id: g\n#| timelimit: ages'),
			cell('#| id: h\n#| timelimit: 0')
		].join('');
		expect(await linesOf(head + body)).toEqual([
			'5: This cell has no id.',
			'9: “A b” cannot be a cell’s id. Did you mean “a-b”?',
			'12: There is no cell option “idd”. Did you mean “id”?',
			'15: The id “a” is already taken by the cell on line 11.',
			'20: The option `id` is given twice.',
			'21: This option line cannot be read.',
			'26: This option stands below code.',
			'28: “{pyton}” is no kind of cell. Did you mean “{python}”?',
			'33: The option `label` is empty.',
			'37: “ages” is no time limit.',
			'41: “0” is no time limit.'
		]);
		for (const problem of await problemsOf(head + body)) {
			expect(v.parse(LessonProblem, problem).expected).not.toBe('');
		}
	});

	test('lines are right below every kind of Markdown', async () => {
		const above =
			'# H\n\nText\n[r]: /x "t"\n\n[s]: /y\n\n\n- a\n\n  b\n    - c\n\n> q\nlazy\n\n| a |\n|---|\n| b |\n\n<div>\n\n</div>\n\n***\n\n    code\n\n\n    more\n\t\nSetext\n===\n\n<!-- c\n-->\n';
		const text = head + above + cell('x');
		expect(await linesOf(text)).toEqual([
			`${text.split('\n').indexOf('```{python}') + 1}: This cell has no id.`
		]);
	});

	test('cannot stand in a list or a quote', async () => {
		expect(
			await linesOf(
				`${head}Text\n\n- a\n\n  \`\`\`{python}\n  #| id: a\n  \`\`\`\n\n> b\n> \`\`\`{python}\n> \`\`\`\n`
			)
		).toEqual([
			'9: A cell cannot stand inside a list or a quote.',
			'14: A cell cannot stand inside a list or a quote.'
		]);
	});

	test('a fence left open is a problem, not a lesson that ends early', async () => {
		const open = '5: The code fence that opens here is never closed.';
		expect(await linesOf(`${head}\`\`\`{python}\n#| id: a\nx\n\n# More`)).toEqual([open]);
		expect(await linesOf(`${head}\`\`\`\`python\n\`\`\``)).toEqual([open]);
		expect(await linesOf(`${head}\`\`\`python`)).toEqual([open]);
	});
});

describe('odd files', () => {
	test('NUL and lone surrogates are named with their line', async () => {
		expect(await linesOf(`${head}a\0\n\nb\ud800`)).toEqual([
			'5: There is a NUL character here.',
			'7: There is half a character here (a lone surrogate).'
		]);
	});

	test('every way to end lines gives the same lesson', async () => {
		const text = `${head}\`\`\`{python}\n#| id: a\nx = 1\ny\n\`\`\`\nEnd`;
		const plain = await lessonOf(text);
		for (const end of ['\r\n', '\r']) expect(await lessonOf(text.replaceAll('\n', end))).toEqual(plain);
	});

	test('a megabyte is read, more than a few is refused', async () => {
		const body = `${'A cook writes a soup recipe down once. '.repeat(20)}\n\n> A list keeps its order.\n\n`;
		const big = head + body.repeat(Math.ceil(1_000_000 / body.length));
		expect((await lessonOf(big)).blocks).toHaveLength(1);
		expect(await problemsOf(big + big)).toMatchObject([{ line: 1 }]);
	}, 20_000);

	test.each([
		['quotes', '>'.repeat(50_000)],
		['lists', '- '.repeat(3_000)],
		['brackets', '['.repeat(20_000)],
		['stars', '*a '.repeat(5_000)],
		['emphasis', '*'.repeat(500) + 'a' + '*'.repeat(500)],
		['links', '[a]('.repeat(5_000)],
		['ticks', '`a``'.repeat(5_000)],
		['underscores in one word', 'a_'.repeat(500_000)],
		['stars in one word', 'a*'.repeat(500_000)],
		['long words', `${'a_'.repeat(1_000)} `.repeat(400)],
		['signs', '~'.repeat(500_000)]
	])(
		'nests of %s end in an answer',
		async (_, body) => {
			const result = await parseLesson({ path, text: head + body });
			expect(typeof result.ok).toBe('boolean');
		},
		20_000
	);

	test('a word without an end is told with its place, and is no matter inside of code', async () => {
		const word = 'a_'.repeat(4_000);
		expect(await linesOf(`${head}Soup\n\n> - Tea ${word}`)).toEqual([
			'7: A word of 8000 characters is too long to be read as text.'
		]);
		const { blocks } = await lessonOf(`${head}\`\`\`\n${word}\n\`\`\`\n\n${'雪'.repeat(20_000)}`);
		expect(blocks).toHaveLength(1);
	});

	test.each([
		['flow', `---\ntitle: ${'['.repeat(20_000)}\n---\n`],
		['map', `---\n${'? '.repeat(20_000)}\n---\n`],
		['aliases', `---\na: &a [1]\n${'b: [*a, *a]\n'.repeat(100)}---\n`]
	])(
		'YAML nested as %s ends in an answer',
		async (_, text) => {
			expect((await problemsOf(text)).length).toBeGreaterThan(0);
		},
		20_000
	);
});

describe('any text at all', () => {
	const line = fc.constantFrom(
		...first.split('\n'),
		'---',
		'```{python}',
		'```',
		'#| id: greet',
		'- a',
		'> b',
		'    c',
		'\0',
		''
	);
	const anything = fc.oneof(
		fc
			.array(fc.oneof({ weight: 4, arbitrary: line }, fc.string({ unit: 'binary' })), { maxLength: 40 })
			.map((lines) => lines.join('\n')),
		fc
			.tuple(fc.nat(first.length), fc.nat(200), fc.string({ unit: 'binary', maxLength: 8 }))
			.map(([at, length, put]) => first.slice(0, at) + put + first.slice(at + length)),
		fc.array(line, { maxLength: 30 }).map((lines) => head + lines.join('\n'))
	);

	test('is a lesson that its schema takes, or problems with lines that the file has', async () => {
		await fc.assert(
			fc.asyncProperty(anything, async (text) => {
				const result = await parseLesson({ path, text });
				if (result.ok) {
					expect(v.parse(Lesson, result.lesson)).toEqual(result.lesson);
				} else {
					expect(result.problems.length).toBeGreaterThan(0);
					const lines = text.split(/\r\n?|\n/).length;
					for (const problem of result.problems) {
						expect(problem.line).toBeGreaterThanOrEqual(1);
						expect(problem.line).toBeLessThanOrEqual(lines + 1);
					}
				}
			}),
			{ numRuns: 300 }
		);
	}, 60_000);
});
