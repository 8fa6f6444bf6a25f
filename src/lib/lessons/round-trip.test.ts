import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ContentHash } from '$lib/domain/ids';
import { LessonFileName, PublicLesson, type Lesson } from '$lib/domain/lesson';
import { calloutLooks, type Inline, type Markdown } from '$lib/domain/markdown';
import { parseLesson } from './parse';
import { toPublic } from './public';

/*
 * Lessons made up as what they mean, written down as an author would, and read back: every construct, alone and beside every other.
 * Ids are given by place, so that they are unique.
 */

const hash = v.parse(ContentHash, 'b'.repeat(64));
const files = ['picture.svg', 'towns.csv'].map((name) => ({
	name: v.parse(LessonFileName, name),
	bytes: 1,
	hash
}));

/** As plain data: ids are branded only where they are parsed. */
type MadeBlock = { kind: string; nodes?: readonly unknown[]; cell?: unknown; quiz?: unknown };
type Written = { text: string; blocks: readonly MadeBlock[]; exercises: readonly unknown[] };

/** Plain words in any script, emoji among them: nothing that Markdown reads. */
const words = fc
	.array(fc.constantFrom('soup', 'tea', 'größer', '你好', 'שלום', 'مرحبا', '🍲', 'naïve', 'x'), {
		minLength: 1,
		maxLength: 6
	})
	.map((list) => list.join(' '));
const inline: fc.Arbitrary<{ text: string; node: Inline }> = fc.oneof(
	words.map((text) => ({
		text: `**${text}**`,
		node: { kind: 'strong' as const, children: [{ kind: 'text' as const, text }] }
	})),
	words.map((text) => ({ text: `\`${text}\``, node: { kind: 'code' as const, text } })),
	words.map((text) => ({ text: `$${text}$`, node: { kind: 'math' as const, text, display: false } })),
	words.map((text) => ({ text: `$$${text}$$`, node: { kind: 'math' as const, text, display: true } })),
	words.map((alt) => ({
		text: `![${alt}](picture.svg)`,
		node: { kind: 'image' as const, src: `/api/v1/lessons/made/files/${hash}/picture.svg`, alt }
	})),
	words.map((text) => ({
		text: `[${text}](lesson:loops#end)`,
		node: { kind: 'link' as const, href: '/lessons/loops#end', children: [{ kind: 'text' as const, text }] }
	}))
);
const paragraph = fc.tuple(words, inline).map(([before, { text, node }]) => ({
	text: `${before} ${text}`,
	node: { kind: 'paragraph', children: [{ kind: 'text', text: `${before} ` }, node] } satisfies Markdown
}));
/** Code of one to three lines that begins and ends with one, and has fences and blocks in it that are none. */
const code = fc
	.array(
		fc.constantFrom(
			'x = 1',
			'    y = "```"',
			'::: {.hint}',
			':::',
			'# $5',
			'print(___)',
			'[^a]: b',
			'<!-- c'
		),
		{
			minLength: 1,
			maxLength: 3
		}
	)
	.map((lines) => ['start()', ...lines, 'end()'].join('\n'));
const fence = (info: string, inside: string): string => `\`\`\`\`${info}\n${inside}\n\`\`\`\``;
const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const prose = (...nodes: Markdown[]): MadeBlock[] => [{ kind: 'prose', nodes }];

const anyProse = paragraph.map(({ text, node }) => () => ({ text, blocks: prose(node), exercises: [] }));

const anyCallout = fc
	.record({
		look: fc.constantFrom(...calloutLooks),
		title: words,
		fold: fc.constantFrom('never' as const, 'open' as const, 'closed' as const),
		inside: paragraph,
		byHeading: fc.boolean()
	})
	.map(({ look, title, fold, inside, byHeading }) => () => {
		const keys = [
			look === 'plain' ? '.callout' : `.callout-${look}`,
			...(byHeading ? [] : [`title="${title}"`]),
			...(fold === 'never' ? [] : [`collapse="${fold === 'closed'}"`])
		];
		const heading = byHeading ? `## ${title}\n\n` : '';
		return {
			text: `::: {${keys.join(' ')}}\n${heading}${inside.text}\n:::`,
			blocks: prose({
				kind: 'callout',
				look,
				title: [{ kind: 'text', text: title }],
				fold,
				children: [inside.node]
			}),
			exercises: []
		};
	});

const shown = fc.record(
	{
		label: words,
		editable: fc.constant(false as const),
		expect: fc.constantFrom('ValueError', 'TypeError'),
		files: fc.constantFrom([v.parse(LessonFileName, 'towns.csv')]),
		limitMs: fc.constantFrom(100, 2_500, 600_000),
		stdin: fc.array(
			fc.string({ unit: 'grapheme', maxLength: 5 }).filter((line) => !/[\r\n]/.test(line)),
			{
				maxLength: 3
			}
		)
	},
	{ requiredKeys: [] }
);
type Shown = {
	label?: string;
	editable?: false;
	expect?: string;
	files?: readonly string[];
	limitMs?: number;
	stdin?: readonly string[];
};
const optionLines = ({ label, editable, expect: error, files: used, limitMs, stdin }: Shown): string[] => [
	...(label === undefined ? [] : [`#| label: "${label}"`]),
	...(editable === undefined ? [] : ['#| editable: false']),
	...(error === undefined ? [] : [`#| expect: ${error}`]),
	...(used === undefined ? [] : [`#| files: [${used.join(', ')}]`]),
	...(limitMs === undefined ? [] : [`#| timelimit: ${limitMs / 1000}`]),
	...(stdin === undefined ? [] : [`#| stdin: ${JSON.stringify(stdin)}`])
];

const anyCell = fc
	.record({ starter: code, of: shown, more: fc.constantFrom('predict', 'autorun', 'blanks', 'none') })
	.map(({ starter, of, more }) => (at: number) => {
		// Neither of them goes with blanks that cannot be filled.
		const isFilled = more === 'blanks' && of.editable === undefined;
		const flag = more === 'none' || (more === 'blanks' && !isFilled) ? [] : [`#| ${more}: true`];
		const program = isFilled ? `print(___)\n${starter}` : starter;
		const lines = [`#| id: cell-${at}`, ...optionLines(of), ...flag, program];
		const extra = flag.length === 0 ? {} : { [more]: true };
		return {
			text: fence('{python}', lines.join('\n')),
			blocks: [
				{ kind: 'cell', cell: { role: 'example', id: `cell-${at}`, starter: program, ...of, ...extra } }
			],
			exercises: []
		};
	});

const anyQuiz = fc
	.record({
		question: paragraph,
		options: fc.array(fc.record({ text: words, reply: paragraph }), { minLength: 2, maxLength: 5 }),
		right: fc.nat(),
		several: fc.boolean(),
		// A list with empty lines in it is another kind of list in Markdown.
		between: fc.constantFrom('\n', '\n\n')
	})
	.map(({ question, options, right, several, between }) => (at: number) => {
		const isRight = (index: number): boolean =>
			several ? (right >> index) % 2 === 1 : index === right % options.length;
		const list = options.map(
			({ text, reply }, index) => `- [${isRight(index) ? 'x' : ' '}] ${text}${between}  > ${reply.text}`
		);
		const quiz = {
			choice: several ? 'multiple' : 'single',
			id: `quiz-${at}`,
			question: [question.node],
			options: options.map(({ text, reply }, index) => ({
				text: [{ kind: 'text', text }],
				right: isRight(index),
				reply: [reply.node]
			}))
		};
		return {
			text: `::: {.quiz #quiz-${at}${several ? ' multiple="true"' : ''}}\n${question.text}\n\n${list.join('\n')}\n\n:::`,
			blocks: [{ kind: 'quiz', quiz }],
			exercises: []
		};
	});

const anyExercise = fc
	.record({
		starter: code,
		of: shown,
		setup: optional(code),
		hints: fc.array(paragraph, { maxLength: 3 }),
		solution: code,
		asCell: fc.boolean(),
		checks: fc.array(fc.record({ code, server: fc.boolean() }), { maxLength: 2 }),
		mistake: optional(
			fc.record({ belief: words, sample: code, message: paragraph, detector: optional(code) })
		)
	})
	.map((made) => (at: number) => {
		const id = `exercise-${at}`;
		const { mistake } = made;
		const say = `#| exercise: ${id}`;
		const solution: Markdown = { kind: 'code', language: 'python', text: made.solution };
		const text = [
			...(made.setup === undefined ? [] : [fence('{python}', `${say}\n#| setup: true\n${made.setup}`)]),
			fence('{python}', [say, ...optionLines(made.of), made.starter].join('\n')),
			...made.hints.map((hint) => `::: {.hint exercise="${id}"}\n${hint.text}\n:::`),
			made.asCell
				? fence('{python}', `${say}\n#| solution: true\n${made.solution}`)
				: `::: {.solution exercise="${id}"}\n${fence('python', made.solution)}\n:::`,
			...made.checks.map((check) =>
				fence('{python}', `${say}\n#| check: true\n${check.server ? '#| server: true\n' : ''}${check.code}`)
			),
			...(mistake === undefined
				? []
				: [
						`::: {.mistake #slip exercise=${id} belief="${mistake.belief}"}`,
						mistake.message.text,
						fence('python', mistake.sample),
						...(mistake.detector === undefined
							? []
							: [fence('{python}', `#| check: true\n${mistake.detector}`)]),
						':::'
					])
		].join('\n\n');
		const setupId = `${id}-setup`;
		const setup = { role: 'setup', id: setupId, exercises: [id], starter: made.setup };
		const exercise = {
			id,
			cell: id,
			setup: made.setup === undefined ? [] : [setupId],
			hints: made.hints.map((hint) => [hint.node]),
			checks: made.checks.map((check) => ({ where: check.server ? 'server' : 'page', code: check.code })),
			solution: { code: made.solution, nodes: [solution] },
			mistakes:
				mistake === undefined
					? []
					: [
							{
								id: 'slip',
								belief: mistake.belief,
								sample: mistake.sample,
								...(mistake.detector === undefined ? {} : { detector: mistake.detector }),
								message: [mistake.message.node]
							}
						]
		};
		return {
			text,
			blocks: [
				...(made.setup === undefined ? [] : [{ kind: 'cell', cell: setup }]),
				{ kind: 'cell', cell: { role: 'exercise', exercise: id, id, starter: made.starter, ...made.of } }
			],
			exercises: [exercise]
		};
	});

/** Words with a note, which stands at the end of the file and gets its number there. */
const anyFootnote = fc.tuple(words, paragraph).map(([before, note]) => (at: number) => ({
	text: `${before}[^note-${at}]`,
	note: { text: `[^note-${at}]: ${note.text}`, node: note.node, before },
	blocks: [],
	exercises: []
}));

type Note = { text: string; node: Markdown; before: string };
type Make = (at: number) => Written & { note?: Note };
const anyPiece: fc.Arbitrary<Make> = fc.oneof(
	anyProse,
	anyCallout,
	anyCell,
	anyQuiz,
	anyExercise,
	anyFootnote
);

/** As the parser puts it together: prose that meets prose is one block. */
const joined = (blocks: readonly MadeBlock[]): MadeBlock[] =>
	blocks.reduce<MadeBlock[]>((all, block) => {
		const last = all.at(-1);
		if (last?.nodes === undefined || block.nodes === undefined) return [...all, block];
		return [...all.slice(0, -1), { kind: 'prose', nodes: [...last.nodes, ...block.nodes] }];
	}, []);

/** Texts that YAML would read as something else come in quotes, lists in both of its ways. */
const anyFrontMatter = fc
	.record(
		{
			order: fc.nat(100_000),
			level: fc.constantFrom('beginner', 'intermediate', 'advanced'),
			minutes: fc.integer({ min: 1, max: 1_000 }),
			language: fc.constantFrom('en', 'de', 'pt-BR'),
			tags: fc.array(fc.oneof(words, fc.constantFrom('no', '12', 'a: b', '- c', '#d', '["e"]'))),
			prerequisites: fc.uniqueArray(fc.constantFrom('loops', 'made-before', 'x1')),
			authorNotes: fc.oneof(words, fc.constantFrom('One: two\n\n- three', '---x', 'a # b'))
		},
		{ requiredKeys: [] }
	)
	.chain((meant) =>
		fc.record({
			meant: fc.constant(meant),
			inLines: fc.boolean(),
			title: fc.oneof(words, fc.constantFrom('Lists: a beginning', 'It\'s "so"', 'yes', '3.5'))
		})
	)
	.map(({ meant: { authorNotes, ...meant }, inLines, title }) => {
		const listed = (items: readonly string[]): string =>
			inLines && items.length > 0
				? items.map((item) => `\n  - ${JSON.stringify(item)}`).join('')
				: ` ${JSON.stringify(items)}`;
		const lines = [
			`title: ${JSON.stringify(title)}`,
			'summary: Up',
			...Object.entries(meant).map(
				([key, value]) => `${key}:${Array.isArray(value) ? listed(value) : ` ${value}`}`
			),
			...(authorNotes === undefined ? [] : [`notes: |\n  ${authorNotes.replaceAll('\n', '\n  ')}`])
		];
		const notes = authorNotes === undefined ? {} : { authorNotes };
		return { yaml: lines.join('\n'), meant: { title, ...meant, ...notes } };
	});

const headed = (body: string): string => `---\ntitle: Made\nsummary: Up\n---\n${body}\n`;

const noted = ({ before }: Note, number: number): MadeBlock[] =>
	prose({
		kind: 'paragraph',
		children: [
			{ kind: 'text', text: before },
			{ kind: 'footnote', number, first: true }
		]
	});

const endNotes = (notes: readonly Note[]): MadeBlock[] =>
	notes.length === 0
		? []
		: prose({
				kind: 'footnotes',
				notes: notes.map(({ node }, index) => ({ number: index + 1, children: [node] }))
			});

async function read(text: string): Promise<Lesson> {
	const parsed = await parseLesson({ path: '01-made/index.md', text, files });
	if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems, null, 1)}\n${text}`);
	return parsed.lesson;
}

test('what is written down is read as what was meant, whichever way lines end', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyFrontMatter,
			fc.array(anyPiece, { minLength: 1, maxLength: 6 }),
			async (matter, makes) => {
				const pieces = makes.map((make, at) => make(at));
				const notes = pieces.flatMap(({ note }) => (note === undefined ? [] : [note]));
				const body = [...pieces, ...notes].map((piece) => piece.text).join('\n\n');
				const text = `---\n${matter.yaml}\n---\n${body}\n`;
				const lesson = await read(text);
				expect(lesson).toMatchObject(matter.meant);
				const blocks = pieces.flatMap(({ note, blocks: made }) =>
					note === undefined ? made : noted(note, notes.indexOf(note) + 1)
				);
				expect(lesson.blocks).toEqual(joined([...blocks, ...endNotes(notes)]));
				expect(lesson.exercises).toEqual(pieces.flatMap((piece) => piece.exercises));
				expect(await read(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(lesson);
			}
		),
		{ numRuns: process.env['PROCODER_LONG'] === undefined ? 150 : 2_000 }
	);
}, 120_000);

test('a browser gets nothing that gives an exercise away', async () => {
	const secrets = {
		solution: 'return guests * 97',
		sample: 'return 971',
		belief: 'zero is one',
		check: 'assert 9711',
		server: 'assert 97111'
	};
	const lesson = await read(
		headed(
			[
				fence('{python}', '#| exercise: e\nstart()'),
				`::: {.solution exercise="e"}\nWords of 9700\n\n${fence('python', secrets.solution)}\n:::`,
				`::: {.mistake #slip exercise="e" belief="${secrets.belief}"}\nMessage\n\n${fence('python', secrets.sample)}\n:::`,
				fence('{python}', `#| exercise: e\n#| check: true\n${secrets.check}`),
				fence('{python}', `#| exercise: e\n#| check: true\n#| server: true\n${secrets.server}`)
			].join('\n\n')
		)
	);
	const sent = toPublic(lesson);
	expect(v.parse(PublicLesson, sent)).toEqual(sent);
	expect(JSON.stringify(lesson)).toContain(secrets.solution);
	for (const secret of [...Object.values(secrets), '9700', 'slip'])
		expect(JSON.stringify(sent)).not.toContain(secret);
});
