import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ContentHash } from '$lib/domain/ids';
import { LessonFileName, type Lesson } from '$lib/domain/lesson';
import { parseLesson, type ParsedLesson } from './parse';

const files = ['drawer.svg', 'towns.csv'].map((name) => ({
	name: v.parse(LessonFileName, name),
	bytes: 1,
	hash: v.parse(ContentHash, '0'.repeat(64))
}));
const head = '---\ntitle: T\nsummary: S\n---\n';
const read = (body: string): Promise<ParsedLesson> =>
	parseLesson({ path: '01-a/index.md', text: head + body, files });

async function lessonOf(body: string): Promise<Lesson> {
	const parsed = await read(body);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	return parsed.lesson;
}

/** The problems as `line:column message`, the first line of the body being 1. */
async function problemsOf(body: string): Promise<string[]> {
	const parsed = await read(body);
	if (parsed.ok) return [];
	return parsed.problems.map(
		({ line, column, message }) => `${line - 4}${column === undefined ? '' : `:${column}`} ${message}`
	);
}

const cell = (options: string, code = 'x'): string =>
	`\`\`\`{python}\n${options === '' ? '' : `${options.replaceAll(/^/gm, '#| ')}\n`}${code}\n\`\`\`\n`;
const solution = (name: string): string =>
	`::: {.solution exercise="${name}"}\n\`\`\`python\ny\n\`\`\`\n:::\n`;

describe('what is wrong is said with its line, its column and what was meant', () => {
	test.each<[string, string, string[]]>([
		[
			'an unknown option',
			cell('id: a\nexersise: b'),
			['3:4 There is no cell option “exersise”. Did you mean “exercise”?']
		],
		['a flag that is none', cell('id: a\npredict: maybe'), ['3:13 “maybe” is not an answer to `predict`.']],
		[
			'an option of another kind',
			cell('exercise: a\nsetup: true\npredict: true') + cell('exercise: a') + solution('a'),
			['4:13 `predict` means nothing on a setup cell.']
		],
		[
			'two kinds at once',
			cell('exercise: a\nsetup: true\ncheck: true'),
			['1 This cell is `setup` and `check` at once.']
		],
		['a setup of nothing', cell('setup: true'), ['1 This setup cell does not say for which exercise it is.']],
		[
			'a file that is not there',
			cell('id: a\nfiles: [towns.csv, twons.csv]'),
			['3:23 There is no file “twons.csv” beside the lesson. Did you mean “towns.csv”?']
		],
		[
			'an exception that is none',
			cell('id: a\nexpect: oops!'),
			['3:12 “oops!” is not the name of an exception.']
		],
		[
			'nothing to predict',
			cell('id: a\npredict: true\nautorun: true'),
			['3:13 A cell that runs by itself leaves nothing to predict.']
		],
		['no blanks', cell('id: a\nblanks: true', '__init__'), ['3:12 The code of this cell has no blank.']],
		['an exercise without a solution', cell('exercise: a'), ['1 The exercise “a” has no solution.']],
		[
			'a hint for another exercise',
			`${cell('exercise: share')}${solution('share')}::: {.hint exercise="shaer"}\nh\n:::`,
			['10:12 There is no exercise “shaer”. Did you mean “share”?']
		],
		[
			'a second solution',
			cell('exercise: a') + solution('a') + solution('a'),
			['10:16 The exercise “a” has a second solution.']
		],
		[
			'a second start',
			`${cell('exercise: a\nid: one')}${cell('exercise: a\nid: two')}${solution('a')}`,
			['7:14 The exercise “a” already starts in the cell on line 5.']
		],
		[
			'a fourth hint',
			cell('exercise: a') + solution('a') + '::: {.hint exercise="a"}\nh\n:::\n'.repeat(4),
			['19:12 The exercise “a” has more than 3 hints.']
		],
		[
			'an empty hint',
			`${cell('exercise: a')}${solution('a')}::: {.hint exercise="a"}\n:::`,
			['10 This hint is empty.']
		],
		[
			'a solution in words',
			`${cell('exercise: a')}::: {.solution exercise="a"}\nThink.\n:::`,
			['1 The exercise “a” has no solution.', '5 This solution has no code.']
		],
		[
			'a bare mistake',
			`${cell('exercise: a')}${solution('a')}::: {.mistake exercise="a"}\n:::`,
			[
				'10 This mistake has no sample.',
				'10 This mistake has no message.',
				'10 This mistake names no belief.',
				'10 This mistake has no name.'
			]
		],
		[
			'an unknown block',
			'::: {.callout-nite}\na\n:::',
			['1:6 There is no block “callout-nite”. Did you mean “callout-note”?']
		],
		['a block without a name', '::: {title="a"}\nb\n:::', ['1 This block has no name.']],
		[
			'braces that cannot be read',
			'::: {.hint exercise=}\nb\n:::',
			['1:12 What stands here in the braces cannot be read.']
		],
		[
			'quotes of a word processor',
			'::: {.hint exercise=“add up”}\nb\n:::',
			['1:21 These quotes are not the straight ones.']
		],
		[
			'an exercise’s name in capitals',
			'::: {.hint exercise="Add_up"}\nb\n:::',
			['1:12 “Add_up” cannot be an exercise’s name. Did you mean “add-up”?']
		],
		[
			'a key that is not there',
			'::: {.callout titel="a"}\nb\n:::',
			['1:15 A callout has no key “titel”. Did you mean “title”?']
		],
		['a block left open', 'a\n\n::: {.callout-note}\nb', ['3 The block that opens here is never closed.']],
		[
			'a comment left open',
			`${cell('exercise: a')}a[^b]\n\n<!-- later\n${solution('a')}\n[^b]: c`,
			['7 The comment that opens here is never closed.']
		],
		[
			'a fence left open',
			`${cell('exercise: a')}\`\`\`python\nx\n\n${solution('a').replaceAll('```', '~~~')}`,
			['5 The code fence that opens here is never closed.']
		],
		[
			'a hint left open',
			`${cell('exercise: a')}::: {.hint exercise="a"}\nh\n\n${cell('id: b')}${solution('a')}`,
			['5 The block that opens here is never closed.']
		],
		[
			'a block closed twice',
			'::: {.callout-note}\nb\n:::\n:::',
			['4 This line closes a block, but none is open.']
		],
		[
			'a cell in a callout',
			`::: {.callout-note}\n${cell('id: a')}:::`,
			['2 A cell cannot stand inside a callout.']
		],
		[
			'a quiz in a callout',
			'::: {.callout}\n::: {.quiz #a}\n:::\n:::',
			['2:6 A quiz cannot stand inside a callout.']
		],
		['a block in a list', '- a\n\n  ::: {.hint}\n  b\n  :::', ['3 A block cannot begin here.']],
		['a block beside the margin', 'a\n\n ::: {.hint}', ['3 A block cannot begin here.']],
		['a quiz without options', '::: {.quiz #a}\nWhy?\n:::', ['1 This quiz has no options.']],
		[
			'a quiz without a right option',
			'::: {.quiz #a}\nWhy?\n\n- [ ] a\n  > b\n- [ ] c\n  > d\n\n:::',
			['1 No options of this quiz are right.']
		],
		[
			'an option without a reply',
			'::: {.quiz #a}\nWhy?\n\n- [x] a\n  > b\n- [ ] c\n\n:::',
			['6 This option of a quiz cannot be read.']
		],
		[
			'a quiz without a name',
			'::: {.quiz}\nWhy?\n\n- [x] a\n  > b\n- [ ] c\n  > d\n\n:::',
			['1 This quiz has no id.']
		],
		[
			'two quizzes of one name',
			'::: {.quiz #a}\nWhy?\n\n- [x] a\n  > b\n- [ ] c\n  > d\n\n:::\n'.repeat(2),
			['10 The id “a” is already taken by the quiz on line 5.']
		],
		[
			'a footnote that is not there',
			'a[^one] b[^onn]\n\n[^one]: c',
			['1:10 There is no footnote “onn”. Did you mean “one”?']
		],
		['a footnote for nothing', 'a\n\n[^one]: c', ['3 Nothing refers to the footnote “one”.']],
		['a lesson that cannot be', 'a [b](lesson:../c)', ['1:3 “../c” cannot be a lesson’s name.']],
		[
			'pictures that are not there',
			'![a](draw.svg) and\n![b](drawr.svg)',
			[
				'1:1 There is no picture “draw.svg” beside the lesson. Did you mean “drawer.svg”?',
				'2:1 There is no picture “drawr.svg” beside the lesson. Did you mean “drawer.svg”?'
			]
		],
		[
			'formulas that cannot be set',
			'All is $\\frac{1}{2}$ well.\n\nHere $\\frac{1$ is not,\nand $\\lop$ neither.',
			[
				"3:6 This formula cannot be set: Unexpected end of input in a macro argument, expected '}' at end of input: \\frac{1.",
				'4:5 This formula cannot be set: Undefined control sequence: \\lop at position 1: \\lop.'
			]
		],
		[
			'formulas that would grow, and links in them',
			'$\\def\\a{\\a\\a}\\a$ and $\\href{javascript:alert(1)}{x}$',
			[
				'1:1 This formula cannot be set: Too many expansions: infinite loop or need to increase maxExpand setting.'
			]
		]
	])('%s', async (_, body, expected) => {
		expect(await problemsOf(body)).toEqual(expected);
	});

	test('a key given twice, in plain words', async () => {
		const text = '---\ntitle: T\nsummary: S\ntitle: U\n---\nText';
		expect(await parseLesson({ path: '01-a/index.md', text })).toMatchObject({
			problems: [{ line: 4, message: 'This key is there already.' }]
		});
	});

	test('at most twenty, and how many more there are', async () => {
		const problems = await problemsOf(':::\n'.repeat(500));
		expect(problems).toHaveLength(21);
		expect(problems.at(-1)).toBe('21 There are 480 more problems from here on.');
		expect(await problemsOf(':::\n'.repeat(20))).toHaveLength(20);
	});

	test('all of it at once, in the order of the file', async () => {
		const body = `${cell('idd: a')}\n::: {.hnt}\n:::\n\n![x](y.png)\n\n${cell('exercise: b')}`;
		expect((await problemsOf(body)).map((problem) => problem.split(/[: ]/, 1)[0])).toEqual([
			'1',
			'2',
			'6',
			'9',
			'11'
		]);
	});
});

describe('exercises', () => {
	test('come together from all over the file, and one setup serves two', async () => {
		const { exercises, blocks } = await lessonOf(
			`${solution('one')}::: {.hint exercise="two"}\nh\n:::\n${cell('exercise: [one, two]\nsetup: true', 's = 1')}${cell('exercise: two')}${cell('exercise: one\nid: first')}${solution('two')}`
		);
		expect(exercises).toMatchObject([
			{ id: 'two', cell: 'two', setup: ['one-setup'], hints: [[{ kind: 'paragraph' }]] },
			{ id: 'one', cell: 'first', setup: ['one-setup'], hints: [] }
		]);
		expect(blocks).toMatchObject([
			{ cell: { role: 'setup', starter: 's = 1' } },
			{ cell: { role: 'exercise', exercise: 'two' } },
			{ cell: { role: 'exercise', exercise: 'one' } }
		]);
	});
});

describe('quizzes', () => {
	test.each([
		['right below', '- [x] two\n  > yes\n- [ ] [x] *three*\n  > no'],
		['below an empty line', '- [x] two\n\n  > yes\n- [ ] [x] *three*\n\n  > no'],
		['apart from each other', '- [x] two\n  > yes\n\n- [ ] [x] *three*\n  > no']
	])('do not print which option is right, with replies %s', async (_, list) => {
		const { blocks } = await lessonOf(`::: {.quiz #a}\nA?\n\n${list}\n\n:::`);
		const box = { kind: 'text', text: '[x] ' };
		expect(blocks).toMatchObject([
			{
				quiz: {
					options: [
						{ right: true, text: [{ kind: 'text', text: 'two' }] },
						{ right: false, text: [box, { kind: 'emphasis' }] }
					]
				}
			}
		]);
	});
});

describe('what only looks like a construct', () => {
	test.each([
		['prices', 'Tea is $5, cake is $10.', 'Tea is $5, cake is $10.'],
		['dollars with spaces', 'a $ b $ c', 'a $ b $ c'],
		['colons in a sentence', 'a ::: b', 'a ::: b'],
		['brackets with a hat', '[^ a]', '[^ a]'],
		['a link that runs', '[a](javascript:alert`1`)', 'a'],
		['a script', 'a <script>alert(1)</script>', 'a <script>alert(1)</script>'],
		['a handler', 'a <img src=x onerror=alert(1)>', 'a <img src=x onerror=alert(1)>']
	])('%s stay text', async (_, body, text) => {
		expect((await lessonOf(body)).blocks).toEqual([
			{ kind: 'prose', nodes: [{ kind: 'paragraph', children: [{ kind: 'text', text }] }] }
		]);
	});

	test('blocks in code, in longer fences and in comments are left alone', async () => {
		const inside = '::: {.hint}\n```{python}\n:::\n[^a]: b';
		const { blocks } = await lessonOf(
			`\`\`\`\`\n${inside}\n\`\`\`\`\n\n<!--\n${inside}\n-->\n\n~~~~ text\n${inside}\n~~~~~~`
		);
		expect(blocks).toEqual([
			{
				kind: 'prose',
				nodes: [
					{ kind: 'code', language: '', text: inside },
					{ kind: 'code', language: 'text', text: inside }
				]
			}
		]);
	});

	test('what one part defines holds in all of them', async () => {
		const { blocks } = await lessonOf('::: {.callout}\n[a][r]\n:::\n\n[r]: /x');
		expect(blocks).toMatchObject([{ nodes: [{ children: [{ children: [{ kind: 'link', href: '/x' }] }] }] }]);
	});
});

describe('odd files', () => {
	test('a thousand cells are read; 5 MB are refused; neither takes long', async () => {
		const many = Array.from({ length: 1_000 }, (_, at) => cell(`id: cell-${at}`, `x = ${at}`)).join('\n');
		const from = performance.now();
		expect((await lessonOf(many)).blocks).toHaveLength(1_000);
		expect(await problemsOf('word '.repeat(1_000_000))).toEqual([
			'-3 The lesson is 5000028 characters long.'
		]);
		expect(performance.now() - from).toBeLessThan(10_000);
	}, 30_000);

	test('what closes a fence is told in a way that can be typed', async () => {
		const parsed = await read('````python\nx');
		expect(parsed).toMatchObject({
			ok: false,
			problems: [{ expected: 'a line below it that is ```` and nothing else' }]
		});
	});

	test('letters of any script and emoji are text, and no ids', async () => {
		const { blocks } = await lessonOf('## שלום 🍲\n\n\u202eمرحبا\n');
		expect(blocks).toMatchObject([
			{ nodes: [{ children: [{ text: 'שלום 🍲' }] }, { children: [{ text: '\u202eمرحبا' }] }] }
		]);
		expect(await problemsOf(cell('id: 🍲'))).toEqual(['2:8 “🍲” cannot be a cell’s id.']);
		expect(await problemsOf('::: {.quiz #🍲}\nA?\n\n- [x] a\n  > b\n- [ ] c\n  > d\n\n:::')).toEqual([
			'1:12 “🍲” cannot be a quiz’s id.'
		]);
	});

	test('names that every object has are names like others', async () => {
		const { exercises } = await lessonOf(`${cell('exercise: constructor')}${solution('constructor')}`);
		expect(exercises.map(({ id }) => id)).toEqual(['constructor']);
		expect(await problemsOf(cell('__proto__: a\nid: b'))).toEqual([
			'2:4 There is no cell option “__proto__”.'
		]);
		expect(await problemsOf('::: {.__proto__}\n:::')).toEqual(['1:6 There is no block “__proto__”.']);
	});

	test.each([
		['blocks in blocks', '::: {.callout}\n'.repeat(20_000)],
		['closing lines', ':::\n'.repeat(20_000)],
		['footnotes', Array.from({ length: 3_000 }, (_, at) => `a[^n${at}]\n\n[^n${at}]: b\n`).join('\n')],
		['notes that lead to each other', 'a[^b]\n\n[^b]: [^c]\n[^c]: [^b]\n'.repeat(2_000)],
		['dollars', '$a'.repeat(50_000)],
		['double dollars', '$$a'.repeat(30_000)],
		['hats', '[^'.repeat(30_000)],
		['attributes', `::: {${'.a '.repeat(50_000)}}\n:::`],
		['broken attributes', `::: {.a b="${'c'.repeat(200_000)}\n:::`],
		['options', `\`\`\`{python}\n${'#| id: a\n'.repeat(30_000)}\`\`\``],
		['names', cell(`exercise: [${'a, '.repeat(50_000)}]\nsetup: true`)],
		['boxes', `::: {.quiz #a}\nA?\n\n${'- [x] a\n  > b\n'.repeat(5_000)}\n:::`],
		['lost pictures in one list', '- ![a](b.png)\n'.repeat(5_000)],
		['hidden links in one quote', '> [a\n> b](lesson:!)\n'.repeat(3_000)]
	])(
		'%s without end come to an end',
		async (_, body) => {
			const from = performance.now();
			expect(typeof (await read(body)).ok).toBe('boolean');
			expect(performance.now() - from).toBeLessThan(10_000);
		},
		30_000
	);

	test.each(['[', '![', '[a]', '](', '[a](', '[^', '!', '**', '_', '<', '$'])(
		'twice as many %s take about twice as long',
		async (mark) => {
			const times: Record<'half' | 'whole', number[]> = { half: [], whole: [] };
			// In turns, so that a busy machine is busy for both; the quickest of each is the one least disturbed.
			// On a busy machine chance decides about less than this; what is searched again and again took longer.
			const ratio = () => Math.min(...times.whole) / Math.max(150, Math.min(...times.half));
			for (let turn = 0; turn < 4 || (turn < 16 && ratio() >= 3); turn += 1) {
				for (const [size, count] of [
					['half', 10_000],
					['whole', 20_000]
				] as const) {
					const from = performance.now();
					expect(typeof (await read(mark.repeat(count))).ok).toBe('boolean');
					times[size].push(performance.now() - from);
				}
			}
			expect(ratio()).toBeLessThan(3);
		},
		60_000
	);

	test('front matter is bounded', async () => {
		const text = `---\ntitle: T\nsummary: S\nprerequisites:\n${'  - A\n'.repeat(100_000)}---\nText`;
		expect(await parseLesson({ path: '01-a/index.md', text })).toMatchObject({
			ok: false,
			problems: [{ line: 1 }, {}, {}]
		});
	});
});
