import type { Lesson } from '$lib/domain/lesson';
import type { Inline, Markdown } from '$lib/domain/markdown';

/** Everything in a lesson that learners read, wherever it stands. */
export function allNodes({ blocks, exercises }: Lesson): Markdown[] {
	return [
		...blocks.flatMap((block) => {
			if (block.kind === 'prose') return block.nodes;
			if (block.kind === 'cell') return [];
			const { question, options } = block.quiz;
			const texts = options.map(({ text }): Markdown => ({ kind: 'paragraph', children: text }));
			return [...question, ...texts, ...options.flatMap(({ reply }) => reply)];
		}),
		...exercises.flatMap(({ hints, solution, mistakes }) => [
			...hints.flat(),
			...solution.nodes,
			...mistakes.flatMap(({ message }) => message)
		])
	].flatMap(withInner);
}

/** A block and every block in it. */
function withInner(node: Markdown): Markdown[] {
	switch (node.kind) {
		case 'quote':
		case 'callout':
			return [node, ...node.children.flatMap(withInner)];
		case 'list':
			return [node, ...node.items.flat().flatMap(withInner)];
		case 'footnotes':
			return [node, ...node.notes.flatMap(({ children }) => children.flatMap(withInner))];
		default:
			return [node];
	}
}

/** Every piece of text in a block itself, and in what is around it (strong, a link); not those of the blocks inside. */
export function inlinesOf(node: Markdown): Inline[] {
	switch (node.kind) {
		case 'heading':
		case 'paragraph':
			return node.children.flatMap(withInnerText);
		case 'callout':
			return node.title.flatMap(withInnerText);
		case 'table':
			return [node.header, ...node.rows].flat().flat().flatMap(withInnerText);
		default:
			return [];
	}
}

const withInnerText = (inline: Inline): Inline[] =>
	'children' in inline ? [inline, ...inline.children.flatMap(withInnerText)] : [inline];

/** The ids of a lesson's headings: what a link with a `#` can lead to. */
export const headingIdsOf = (lesson: Lesson): string[] =>
	allNodes(lesson).flatMap((node) => (node.kind === 'heading' ? [node.id] : []));
