import type { LessonText } from '$lib/domain/course-text';
import type { Lesson } from '$lib/domain/lesson';
import { plainText, type Inline, type Markdown } from '$lib/domain/markdown';

/**
 * The words of a lesson as its page shows them, cut at its headings. Only prose: quizzes have their answers in them, and hints and
 * solutions are asked for. What follows a cell that is to be predicted would tell what it gives, so it is left out as far as the page
 * hides it: up to the next heading.
 */
export function textOf({ id, language, title, summary, blocks }: Lesson): LessonText {
	const parts: { heading?: { id: string; title: string }; words: string[] }[] = [{ words: [] }];
	for (const [index, block] of blocks.entries()) {
		if (block.kind !== 'prose') continue;
		const before = blocks[index - 1];
		let isTold = before?.kind === 'cell' && before.cell.role !== 'setup' && before.cell.predict === true;
		for (const node of block.nodes) {
			if (node.kind === 'heading') {
				isTold = false;
				parts.push({ heading: { id: node.id, title: plainText(node.children) }, words: [] });
			} else if (!isTold || node.kind === 'footnotes') parts.at(-1)?.words.push(...wordsOf(node));
		}
	}
	return {
		id,
		language,
		title,
		summary,
		parts: parts
			.map(({ words, ...part }) => ({ ...part, text: words.join(' ').replace(/\s+/g, ' ').trim() }))
			.filter(({ text, heading }) => text !== '' || heading !== undefined)
	};
}

function wordsOf(node: Markdown): string[] {
	switch (node.kind) {
		case 'heading':
		case 'paragraph':
			return [plainText(node.children)];
		case 'code':
			return [node.text];
		case 'list':
			return node.items.flat().flatMap(wordsOf);
		case 'quote':
			return node.children.flatMap(wordsOf);
		case 'table':
			return [node.header, ...node.rows].flat().map((cell: readonly Inline[]) => plainText(cell));
		case 'rule':
			return [];
		case 'callout':
			return [plainText(node.title), ...node.children.flatMap(wordsOf)];
		case 'footnotes':
			return node.notes.flatMap(({ children }) => children.flatMap(wordsOf));
	}
}
