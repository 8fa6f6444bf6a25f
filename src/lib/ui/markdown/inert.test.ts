import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Inline, Markdown } from '$lib/domain/markdown';
import { inert } from './inert';

const inline: fc.Memo<Inline> = fc.memo((depth) => {
	const leaf = fc.oneof(
		fc.record({ kind: fc.constant('text'), text: fc.string() }),
		fc.record({ kind: fc.constant('image'), src: fc.webUrl(), alt: fc.string() })
	);
	if (depth <= 1) return leaf;
	const children = fc.array(inline(depth - 1), { maxLength: 3 });
	return fc.oneof(
		leaf,
		fc.record({ kind: fc.constant('link'), href: fc.webUrl(), children }),
		fc.record({ kind: fc.constantFrom('strong', 'emphasis', 'deleted'), children })
	);
});
const block: fc.Memo<Markdown> = fc.memo((depth) => {
	const children = fc.array(inline(3), { maxLength: 3 });
	const leaf = fc.oneof(
		fc.record({ kind: fc.constant('paragraph'), children }),
		fc.record({ kind: fc.constant('heading'), level: fc.constant(2), id: fc.string(), children }),
		fc.record({
			kind: fc.constant('table'),
			align: fc.array(fc.constant(null), { maxLength: 2 }),
			header: fc.array(children, { maxLength: 2 }),
			rows: fc.array(fc.array(children, { maxLength: 2 }), { maxLength: 2 })
		})
	);
	if (depth <= 1) return leaf;
	const inner = fc.array(block(depth - 1), { maxLength: 2 });
	return fc.oneof(
		leaf,
		fc.record({ kind: fc.constant('quote'), children: inner }),
		fc.record({
			kind: fc.constant('list'),
			ordered: fc.boolean(),
			start: fc.constant(1),
			items: fc.array(inner, { maxLength: 2 })
		})
	);
});

test('whatever a program wrote: nothing in it is fetched, followed or named', () => {
	fc.assert(
		fc.property(fc.array(block(3), { maxLength: 4 }), (nodes) => {
			expect(JSON.stringify(inert(nodes))).not.toMatch(/"kind":"(?:link|image|heading)"/);
		})
	);
});

test('a link is its words and its address, an address by itself only that', () => {
	const link = (text: string): Markdown => ({
		kind: 'paragraph',
		children: [{ kind: 'link', href: 'https://a.example', children: [{ kind: 'text', text }] }]
	});
	expect(inert([link('docs'), link('https://a.example')])).toEqual([
		{
			kind: 'paragraph',
			children: [
				{ kind: 'text', text: 'docs' },
				{ kind: 'text', text: ' (https://a.example)' }
			]
		},
		{ kind: 'paragraph', children: [{ kind: 'text', text: 'https://a.example' }] }
	]);
});
