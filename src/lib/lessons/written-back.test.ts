import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Inline, Markdown } from '$lib/domain/markdown';
import { markdownText } from '$lib/domain/markdown-text';
import { freeMarkdown } from './free-markdown';

/** Words with every sign in them that Markdown reads; blanks at an edge are not kept anywhere. */
const words = fc
	.array(
		fc.constantFrom(
			'soup',
			'*',
			'_',
			'`',
			'#',
			'+',
			'-',
			'1.',
			'2)',
			'[x]',
			'(y)',
			'<b>',
			'&amp;',
			'~',
			'|',
			'\\',
			'!',
			'雪',
			':',
			'>',
			'=',
			'$'
		),
		{ minLength: 1, maxLength: 5 }
	)
	.map((parts) => parts.join(' '));
const text = words.map((made): Inline => ({ kind: 'text', text: made }));
const code = fc
	.constantFrom('x', 'a`b', '``', '`', 'a | b', '*y*')
	.map((made): Inline => ({ kind: 'code', text: made }));
const simple = fc.oneof(text, code);
const styled = fc.oneof(
	simple,
	fc
		.tuple(
			fc.constantFrom('strong' as const, 'emphasis' as const, 'deleted' as const),
			fc.constantFrom('tea', 'hot soup')
		)
		.map(([kind, made]): Inline => ({ kind, children: [{ kind: 'text', text: made }] })),
	fc.constantFrom('tea', 'a [b]').map((made): Inline => ({
		kind: 'link',
		href: 'https://example.org/a_(b)?c=d',
		title: 'a "b"',
		children: [{ kind: 'text', text: made }]
	}))
);
/** Two texts in a row would be one, and so they are kept apart by a blank on both sides of what is not text. */
const sentence = fc.array(styled, { minLength: 1, maxLength: 4 }).map((parts) =>
	parts.flatMap((part, at): Inline[] => {
		const gap: Inline = { kind: 'text', text: ' and ' };
		return at === 0 ? [part] : [gap, part];
	})
);
const paragraph = sentence.map((children): Markdown => ({ kind: 'paragraph', children: joined(children) }));
const fence = fc
	.constantFrom('x = 1', '```\ny\n```', '    indented\n\nmore')
	.map((made): Markdown => ({ kind: 'code', language: 'text', text: made }));
const table = fc.array(fc.tuple(sentence, sentence), { maxLength: 3 }).map((rows): Markdown => ({
	kind: 'table',
	align: [null, 'right'],
	header: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
	rows: rows.map((row) => row.map(joined))
}));
const { blocks } = fc.letrec<{ block: Markdown; blocks: Markdown[] }>((tie) => ({
	block: fc.oneof(
		{ maxDepth: 2, withCrossShrink: true },
		paragraph,
		fence,
		table,
		fc.constant<Markdown>({ kind: 'rule' }),
		sentence.map((children): Markdown => ({ kind: 'heading', level: 2, id: '', children: joined(children) })),
		tie('blocks').map((children): Markdown => ({ kind: 'quote', children })),
		fc
			.tuple(
				fc.boolean(),
				fc.integer({ min: 1, max: 20 }),
				fc.array(tie('blocks'), { minLength: 1, maxLength: 3 })
			)
			.map(([ordered, start, items]): Markdown => ({
				kind: 'list',
				ordered,
				start: ordered ? start : 1,
				items
			}))
	),
	blocks: fc.array(tie('block'), { minLength: 1, maxLength: 3 })
}));

function joined(nodes: readonly Inline[]): Inline[] {
	const result: Inline[] = [];
	for (const node of nodes) {
		const last = result.at(-1);
		if (node.kind === 'text' && last?.kind === 'text')
			result[result.length - 1] = { kind: 'text', text: last.text + node.text };
		else result.push(node);
	}
	return result;
}

/** Ids of headings are given by the reader. */
const bare = (nodes: readonly Markdown[]): unknown =>
	JSON.parse(JSON.stringify(nodes), (key: string, value: unknown) => (key === 'id' ? '' : value));

test('any tree reads back as it was written', () => {
	fc.assert(
		fc.property(blocks, (tree) => {
			const written = markdownText(tree, (look) => look);
			expect(bare(freeMarkdown(written)), written).toEqual(bare(tree));
		}),
		{ numRuns: 1000 }
	);
});

test('callouts, footnotes, formulas and pictures are said in what every reader knows', () => {
	const of = (...children: Inline[]): Markdown => ({ kind: 'paragraph', children });
	const say = (made: string): Inline => ({ kind: 'text', text: made });
	const tree: Markdown[] = [
		of(
			say('Area '),
			{ kind: 'math', text: 'a_1 * b', display: false },
			{ kind: 'footnote', number: 1, first: true }
		),
		{ kind: 'callout', look: 'tip', title: [], fold: 'closed', children: [of(say('One.')), of(say('Two.'))] },
		of({ kind: 'image', src: '/a b.svg', alt: 'A [bus]' }, { kind: 'break' }, say('below')),
		{ kind: 'footnotes', notes: [{ number: 1, children: [of(say('In metres.')), of(say('Roughly.'))] }] }
	];
	expect(markdownText(tree, (look) => `A ${look}`)).toBe(
		[
			'Area $a_1 * b$[^1]',
			'> **A tip**\n>\n> One.\n>\n> Two.',
			'![A \\[bus\\]](</a b.svg>)\\\nbelow',
			'[^1]: In metres.\n\n    Roughly.'
		].join('\n\n')
	);
});
