import type { Token, Tokens } from 'marked';
import { plainText, type Inline, type Markdown, type PictureSize } from '$lib/domain/markdown';
import { isImageAllowed, isLinkAllowed } from './addresses';
import { decodeEntities } from './entities';
import type { LessonToken } from './lexer';

/** An image’s address, and how large it is where that is known. */
export type ImageSource = { readonly src: string } & Partial<PictureSize>;

/** What turning tokens into a tree needs from the lesson around them. */
export type TreeContext = {
	headingId: (text: string) => string;
	/** Called for a fence inside a list or a quote. */
	onNestedCode: (token: Tokens.Code) => void;
	/** Called where lists, quotes or emphasis are nested deeper than anyone reads. */
	onTooDeep: () => void;
	/** Called for every paragraph. */
	onText: (raw: string) => void;
	/** Called for every formula. */
	onMaths: (text: string, display: boolean, raw: string) => void;
	/** Where a link leads; `undefined` leaves its words alone. `raw` is the link as it stands in the source. */
	link: (href: string, raw: string) => string | undefined;
	/** Where an image comes from; `undefined` leaves its description alone. */
	image: (src: string, raw: string) => ImageSource | undefined;
	/** The number of a footnote, and whether this is the first place that refers to it. */
	footnote: (name: string, raw: string) => { number: number; first: boolean } | undefined;
};

/** What Markdown that is no lesson may refer to. */
export const noReferences: Pick<TreeContext, 'link' | 'image' | 'footnote'> = {
	link: (href) => (isLinkAllowed(href) ? href : undefined),
	image: (src) => (isImageAllowed(src) ? { src } : undefined),
	footnote: () => undefined
};

const maxDepth = 24;

/** Blocks of Markdown as a tree without HTML: what was HTML in the source is text in the tree, comments are left out. */
export function blocksOf(tokens: readonly Token[], context: TreeContext, depth = 0): Markdown[] {
	if (depth > maxDepth) {
		context.onTooDeep();
		return [];
	}
	return tokens.flatMap((token) => blockOf(known(token), context, depth));
}

function blockOf(token: LessonToken, context: TreeContext, depth: number): Markdown[] {
	switch (token.type) {
		case 'heading': {
			const children = inlinesOf(token.tokens, context, depth + 1);
			return [
				{ kind: 'heading', level: levelOf(token.depth), id: context.headingId(plainText(children)), children }
			];
		}
		case 'paragraph':
			context.onText(token.raw);
			return paragraph(inlinesOf(token.tokens, context, depth + 1));
		case 'text':
			context.onText(token.raw);
			return paragraph(inlinesOf(token.tokens ?? [token], context, depth + 1));
		case 'code':
			if (depth > 0) context.onNestedCode(token);
			return [{ kind: 'code', language: languageOf(token), text: token.text }];
		case 'list': {
			const items = token.items.map((item) => blocksOf(item.tokens, context, depth + 1));
			return [{ kind: 'list', ordered: token.ordered, start: token.start === '' ? 1 : token.start, items }];
		}
		case 'blockquote':
			return [{ kind: 'quote', children: blocksOf(token.tokens, context, depth + 1) }];
		case 'table': {
			const cellOf = (cell: Tokens.TableCell): Inline[] => inlinesOf(cell.tokens, context, depth + 1);
			const rows = token.rows.map((row) => row.map(cellOf));
			return [{ kind: 'table', align: token.align, header: token.header.map(cellOf), rows }];
		}
		case 'hr':
			return [{ kind: 'rule' }];
		case 'html':
			return paragraph(textOf(withoutComments(token.text).trim()));
		case 'space':
		case 'def':
			return [];
		default:
			// An inline token among blocks: what marked makes of a lone checkbox, for one.
			return paragraph(inlinesOf([token], context, depth + 1));
	}
}

function inlinesOf(tokens: readonly Token[], context: TreeContext, depth: number): Inline[] {
	if (depth > maxDepth) {
		context.onTooDeep();
		return [];
	}
	return joinTexts(tokens.flatMap((token) => inlineOf(known(token), context, depth)));
}

function inlineOf(token: LessonToken, context: TreeContext, depth: number): Inline[] {
	const children = (inner: readonly Token[]): Inline[] => inlinesOf(inner, context, depth + 1);
	switch (token.type) {
		case 'text':
			return token.tokens === undefined ? textOf(decodeEntities(token.text)) : children(token.tokens);
		case 'escape':
			return textOf(token.text);
		case 'strong':
			return [{ kind: 'strong', children: children(token.tokens) }];
		case 'em':
			return [{ kind: 'emphasis', children: children(token.tokens) }];
		case 'del':
			return [{ kind: 'deleted', children: children(token.tokens) }];
		case 'codespan':
			return [{ kind: 'code', text: token.text }];
		case 'br':
			return [{ kind: 'break' }];
		case 'link': {
			const href = context.link(decodeEntities(token.href).trim(), token.raw);
			const inner = children(token.tokens);
			return href === undefined ? inner : [{ kind: 'link', href, ...titleOf(token.title), children: inner }];
		}
		case 'image': {
			const alt = decodeEntities(token.text);
			const found = context.image(decodeEntities(token.href).trim(), token.raw);
			return found === undefined ? textOf(alt) : [{ kind: 'image', ...found, alt, ...titleOf(token.title) }];
		}
		case 'math':
			context.onMaths(token.text, token.display, token.raw);
			return [{ kind: 'math', text: token.text, display: token.display }];
		case 'footnote': {
			const note = context.footnote(token.name, token.raw);
			return note === undefined ? textOf(token.raw) : [{ kind: 'footnote', ...note }];
		}
		case 'html':
			return textOf(withoutComments(token.text));
		default:
			return textOf(token.raw);
	}
}

/** marked's tokens are open to extensions; this parser has those of `lexer.ts` and no others. */
function known(token: Token): LessonToken {
	return token as LessonToken;
}

const levels = [1, 2, 3, 4, 5, 6] as const;
const levelOf = (depth: number): (typeof levels)[number] => levels.find((level) => level === depth) ?? 6;

/** The first word after the fence: `python` of `python title="x"`. */
const languageOf = (token: Tokens.Code): string => token.lang?.trim().split(/\s/, 1)[0] ?? '';

const paragraph = (children: Inline[]): Markdown[] =>
	children.length === 0 ? [] : [{ kind: 'paragraph', children }];

const textOf = (text: string): Inline[] => (text === '' ? [] : [{ kind: 'text', text }]);

const titleOf = (title: string | null | undefined): { title?: string } =>
	title === null || title === undefined ? {} : { title: decodeEntities(title) };

/** Comments speak to authors. */
const withoutComments = (html: string): string => html.replace(/<!--[\s\S]*?(?:-->|$)/g, '');

function joinTexts(nodes: Inline[]): Inline[] {
	const joined: Inline[] = [];
	for (const node of nodes) {
		const last = joined.at(-1);
		if (node.kind === 'text' && last?.kind === 'text')
			joined[joined.length - 1] = { kind: 'text', text: last.text + node.text };
		else joined.push(node);
	}
	return joined;
}
