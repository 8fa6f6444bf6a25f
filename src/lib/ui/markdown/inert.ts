import { plainText, type Inline, type Markdown } from '$lib/domain/markdown';

/**
 * Markdown that a program wrote, so that showing or touching it asks nobody for anything: a link is its words and its address, an
 * image its description, and headings have no ids, which are the lesson's.
 */
export function inert(nodes: readonly Markdown[]): Markdown[] {
	return nodes.map((node) => {
		switch (node.kind) {
			case 'heading':
				return { kind: 'paragraph', children: [{ kind: 'strong', children: inertInlines(node.children) }] };
			case 'paragraph':
				return { ...node, children: inertInlines(node.children) };
			case 'list':
				return { ...node, items: node.items.map(inert) };
			case 'quote':
				return { ...node, children: inert(node.children) };
			case 'table':
				return {
					...node,
					header: node.header.map(inertInlines),
					rows: node.rows.map((row) => row.map(inertInlines))
				};
			case 'callout':
				return { ...node, title: inertInlines(node.title), children: inert(node.children) };
			case 'footnotes':
				return {
					...node,
					notes: node.notes.map((note) => ({ ...note, children: inert(note.children) }))
				};
			case 'code':
			case 'rule':
				return node;
		}
	});
}

const inertInlines = (nodes: readonly Inline[]): Inline[] => nodes.flatMap(inertInline);

function inertInline(node: Inline): Inline[] {
	switch (node.kind) {
		case 'link': {
			const children = inertInlines(node.children);
			return plainText(children) === node.href
				? children
				: [...children, { kind: 'text', text: ` (${node.href})` }];
		}
		case 'image':
			return [
				{ kind: 'emphasis', children: [{ kind: 'text', text: node.alt === '' ? node.src : node.alt }] }
			];
		case 'strong':
		case 'emphasis':
		case 'deleted':
			return [{ ...node, children: inertInlines(node.children) }];
		default:
			return [node];
	}
}
