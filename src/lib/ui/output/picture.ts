/**
 * An SVG as HTML for the sandboxed frame: as an image, in which no script runs and nothing is loaded, and in the frame, because a
 * drawing that takes for ever holds up only that (as an image in the page it froze the page). White under it in both themes: most drawings were made for paper.
 */
export function drawingHtml(svg: string, description: string): string {
	const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(withNamespace(svg).toWellFormed())}`;
	const alt = description.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
	return `<img alt="${alt}" src="${address}" style="display:block;border-radius:5px;background:#fff;color:#22262b">`;
}

/** In a page an SVG is known by its name, as an image only by its namespace: hand-written ones often lack it. */
function withNamespace(svg: string): string {
	const opening = /<svg\b[^>]*>/i.exec(svg)?.[0];
	if (opening === undefined || /\sxmlns\s*=/.test(opening)) return svg;
	return svg.replace(/<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}

/** A drawing of more elements than this is shown as its text. */
const maxElements = 100_000;

type Node = { uses: string | undefined; children: Node[]; elements: number | undefined };

/**
 * Whether a drawing can be drawn in a reasonable time: `<use>` repeats what is elsewhere, and twenty that repeat each other four
 * times make a million millions (that froze the page at each load, while it was the cell's stored output). Entities multiply in
 * the same way; no drawing needs them.
 */
export function isDrawable(svg: string): boolean {
	if (/<!ENTITY/i.test(svg)) return false;
	const root: Node = { uses: undefined, children: [], elements: undefined };
	const named = new Map<string, Node>();
	const open = [root];
	for (const { isEnd, name, attributes, isEmpty } of tagsIn(svg)) {
		if (isEnd) {
			if (open.length > 1) open.pop();
			continue;
		}
		const node: Node = { uses: undefined, children: [], elements: undefined };
		const id = /(?:^|\s)id\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1];
		if (id !== undefined) named.set(id, node);
		if (name === 'use') {
			node.uses = /href\s*=\s*["']\s*#?([^"']*)["']/.exec(attributes)?.[1]?.trim() ?? '';
			// Written with entities, it could name anything.
			if (node.uses.includes('&')) return false;
		}
		open.at(-1)?.children.push(node);
		if (!isEmpty) open.push(node);
	}
	try {
		return elementsOf(root, named) <= maxElements;
	} catch (error) {
		// Nested deeper than the stack.
		if (error instanceof RangeError) return false;
		throw error;
	}
}

/** How many elements are drawn for a node, what it uses included. */
function elementsOf(node: Node, named: ReadonlyMap<string, Node>): number {
	if (node.elements !== undefined) return node.elements;
	// What uses itself is not drawn.
	node.elements = 0;
	const used = node.uses === undefined ? undefined : named.get(node.uses);
	const parts = used === undefined ? node.children : [...node.children, used];
	node.elements = parts.reduce((sum, part) => sum + elementsOf(part, named), 1);
	return node.elements;
}

/** The tags of an XML text, without their namespace. Read once from left to right, whatever is in it. */
function* tagsIn(xml: string) {
	for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
		const skipped = xml.startsWith('<!--', at) ? '-->' : xml.startsWith('<![CDATA[', at) ? ']]>' : undefined;
		if (skipped !== undefined) {
			const end = xml.indexOf(skipped, at);
			if (end < 0) return;
			at = end;
			continue;
		}
		const end = endOfTag(xml, at + 1);
		if (end === undefined) return;
		const inside = xml.slice(at + 1, end);
		at = end;
		const [, slash, name] = /^(\/?)(?:[\w.-]+:)?([\w.-]+)/.exec(inside) ?? [];
		if (name === undefined) continue;
		yield {
			isEnd: slash === '/',
			name,
			attributes: inside.slice(name.length),
			isEmpty: inside.endsWith('/')
		};
	}
}

/** Where the tag ends: a `>` between quotes does not end it. */
function endOfTag(xml: string, from: number): number | undefined {
	let quote: string | undefined;
	for (let at = from; at < xml.length; at++) {
		const character = xml[at];
		if (quote === undefined) {
			if (character === '>') return at;
			if (character === '"' || character === "'") quote = character;
		} else if (character === quote) quote = undefined;
	}
	return undefined;
}
