import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ContentHash } from '$lib/domain/ids';
import { LessonFileName } from '$lib/domain/lesson';
import type { Markdown } from '$lib/domain/markdown';
import { parseLesson } from './parse';

/** The tree of some Markdown, read as a lesson's text. */
async function treeOf(body: string): Promise<Markdown[]> {
	const text = `---\ntitle: T\nsummary: S\n---\n${body}`;
	const result = await parseLesson({ path: '01-a/index.md', text });
	if (!result.ok) throw new Error(JSON.stringify(result.problems));
	return result.lesson.blocks.flatMap((block) => (block.kind === 'prose' ? block.nodes : []));
}

const paragraphOf = async (body: string): Promise<unknown> => {
	const [node] = await treeOf(body);
	return node?.kind === 'paragraph' ? node.children : node;
};

test('inline marks', async () => {
	expect(await paragraphOf('a **b *c*** ~~d~~ `e <f>` \\*g\\*  \nh &amp; &lt;i&gt; &#8211; &bogus;')).toEqual(
		[
			{ kind: 'text', text: 'a ' },
			{
				kind: 'strong',
				children: [
					{ kind: 'text', text: 'b ' },
					{ kind: 'emphasis', children: [{ kind: 'text', text: 'c' }] }
				]
			},
			{ kind: 'text', text: ' ' },
			{ kind: 'deleted', children: [{ kind: 'text', text: 'd' }] },
			{ kind: 'text', text: ' ' },
			{ kind: 'code', text: 'e <f>' },
			{ kind: 'text', text: ' *g*' },
			{ kind: 'break' },
			{ kind: 'text', text: 'h & <i> – &bogus;' }
		]
	);
});

test('blocks', async () => {
	expect(await treeOf('3. a\n4. b\n   - c\n\n> d\n\n| x | y |\n|:--|--:|\n| 1 | `2` |\n\n---\n')).toEqual([
		{
			kind: 'list',
			ordered: true,
			start: 3,
			items: [
				[{ kind: 'paragraph', children: [{ kind: 'text', text: 'a' }] }],
				[
					{ kind: 'paragraph', children: [{ kind: 'text', text: 'b' }] },
					{
						kind: 'list',
						ordered: false,
						start: 1,
						items: [[{ kind: 'paragraph', children: [{ kind: 'text', text: 'c' }] }]]
					}
				]
			]
		},
		{ kind: 'quote', children: [{ kind: 'paragraph', children: [{ kind: 'text', text: 'd' }] }] },
		{
			kind: 'table',
			align: ['left', 'right'],
			header: [[{ kind: 'text', text: 'x' }], [{ kind: 'text', text: 'y' }]],
			rows: [[[{ kind: 'text', text: '1' }], [{ kind: 'code', text: '2' }]]]
		},
		{ kind: 'rule' }
	]);
});

test('HTML is text, and comments are left out', async () => {
	expect(
		await treeOf('<script>alert(1)</script>\n\na <b onclick="x">c</b><!-- d -->\n\n<!-- e\n\nf -->\n')
	).toEqual([
		{ kind: 'paragraph', children: [{ kind: 'text', text: '<script>alert(1)</script>' }] },
		{ kind: 'paragraph', children: [{ kind: 'text', text: 'a <b onclick="x">c</b>' }] }
	]);
});

test.each([
	'https://a.b/c',
	'http://a',
	'mailto:a@b.c',
	'other-lesson',
	'/lessons/a',
	'#part',
	'../b?x=1:2',
	'./a:b'
])('a link to %s is kept', async (href) => {
	expect(await paragraphOf(`[t](${href})`)).toEqual([
		{ kind: 'link', href, children: [{ kind: 'text', text: 't' }] }
	]);
});

test.each([
	'javascript:alert(1)',
	'JaVaScRiPt:alert(1)',
	'<java\tscript:alert(1)>',
	'javascript&colon;alert(1)',
	'&#106;avascript:alert(1)',
	'<\u0001javascript:alert(1)>',
	'data:text/html,x',
	'vbscript:x',
	'file:///etc/passwd',
	'blob:x',
	'//evil.example/x',
	'<\\\\\\\\evil.example>',
	'</\t/evil.example>'
])('a link to %j is plain text', async (href) => {
	expect(await paragraphOf(`[t](${href})`)).toEqual([{ kind: 'text', text: 't' }]);
});

test('titles and definitions', async () => {
	expect(await paragraphOf('[t][r]\n\n[r]: a "x &amp; y"')).toEqual([
		{ kind: 'link', href: 'a', title: 'x & y', children: [{ kind: 'text', text: 't' }] }
	]);
});

test('images come from beside the lesson or not at all', async () => {
	const hash = v.parse(ContentHash, 'a'.repeat(64));
	const name = v.parse(LessonFileName, 'tree.png');
	const files = [{ name, bytes: 3, hash }];
	const of = (body: string) =>
		parseLesson({ path: '01-a/index.md', text: `---\ntitle: T\nsummary: S\n---\n${body}`, files });
	for (const src of ['tree.png', './tree.png']) {
		expect(await of(`![a &amp; b](${src})`)).toMatchObject({
			lesson: {
				blocks: [
					{
						nodes: [
							{ children: [{ kind: 'image', src: `/api/v1/lessons/a/files/${hash}/tree.png`, alt: 'a & b' }] }
						]
					}
				]
			}
		});
	}
	for (const src of [
		'https://a/b.png',
		'//a/b.png',
		'/b.png',
		'data:image/png;base64,AA',
		'javascript:1',
		'../tree.png',
		'sub/tree.png',
		'tree.csv'
	]) {
		expect(await of(`Text\n\nText ![alt](${src})`)).toMatchObject({ problems: [{ line: 7, column: 6 }] });
	}
	expect(await of('![alt](treee.png)')).toMatchObject({
		problems: [{ message: expect.stringContaining('Did you mean “tree.png”?') as string }]
	});
});

test('heading ids are words of the text, each once, and stay when text elsewhere changes', async () => {
	const ids = async (body: string) =>
		(await treeOf(body)).flatMap((node) => (node.kind === 'heading' ? [node.id] : []));
	expect(
		await ids('# A & `b`!\n## A b\n## A b 2\n## A b\n### Über größe 你好\n## !?\n> ## In quote')
	).toEqual(['a-b', 'a-b-2', 'a-b-2-2', 'a-b-3', 'über-größe-你好', 'section']);
});

test('a few levels of nesting are shown, dozens are a problem', async () => {
	expect(await treeOf('> '.repeat(10) + 'a')).toHaveLength(1);
	const text = `---\ntitle: T\nsummary: S\n---\nHello\n\n${'> '.repeat(40)}a`;
	expect(await parseLesson({ path: '01-a/index.md', text })).toMatchObject({
		ok: false,
		problems: [{ line: 7 }]
	});
});
