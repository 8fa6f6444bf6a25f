import type { Attributes } from './attributes';
import { lexTogether, type LessonToken, type Unreadable } from './lexer';
import { outlineOf, type Outline } from './outline';
import type { Report } from './report';
import { countLineFeeds } from './source-text';

/** A fence as it stands in the file: its info string, what is inside, and the line of the opening fence. */
export type Fence = { readonly info: string; readonly text: string; readonly line: number };

/**
 * A lesson's text as it was written, every piece with its line: the first of two steps. Nothing in it has been looked up yet, so
 * that what a piece refers to may stand below it.
 */
export type LooseNode =
	| { readonly kind: 'markdown'; readonly token: LessonToken; readonly line: number }
	| { readonly kind: 'cell'; readonly fence: Fence; readonly line: number }
	| {
			readonly kind: 'div';
			readonly attributes: Attributes;
			readonly line: number;
			readonly children: LooseNode[];
	  };

export type LooseLesson = {
	/** Whether everything that opens is closed. Where not, pieces are missing that the author wrote. */
	readonly isWhole: boolean;
	readonly nodes: LooseNode[];
	readonly footnotes: { readonly name: string; readonly line: number; readonly nodes: LooseNode[] }[];
};

/** An opening fence whose info string begins with a brace is meant to be a cell. */
export const isMeantAsCell = (info: string | undefined): boolean => info?.trim().startsWith('{') ?? false;

/** Reads a lesson's text. `firstLine` is the line of the file on which it begins. */
export function readLoose(body: string, firstLine: number, report: Report): LooseLesson {
	const { pieces: outline, isWhole } = outlineOf(body, firstLine, report);
	const texts = textsOf(outline);
	const lexed = lexTogether(texts.map(({ text }) => text));
	if (!Array.isArray(lexed)) {
		reportUnreadable(lexed, body, firstLine, report);
		return { isWhole: false, nodes: [], footnotes: [] };
	}
	const tokensOf = new Map(texts.map((text, index) => [text, lexed[index] ?? []]));
	const nodesOf = (pieces: readonly Outline[]): LooseNode[] =>
		pieces.flatMap((piece): LooseNode[] => {
			if (piece.kind === 'div') {
				const { attributes, line } = piece;
				return [{ kind: 'div', attributes, line, children: nodesOf(piece.children) }];
			}
			return piece.kind === 'text' ? looseTokens(tokensOf.get(piece) ?? [], piece) : [];
		});
	const footnotes = outline.flatMap((piece) =>
		piece.kind === 'footnote'
			? [{ name: piece.name, line: piece.line, nodes: looseTokens(tokensOf.get(piece) ?? [], piece) }]
			: []
	);
	return { isWhole, nodes: nodesOf(outline), footnotes };
}

function reportUnreadable(fault: Unreadable, body: string, firstLine: number, report: Report): void {
	if (fault.because === 'too deep') {
		report(firstLine, 'Lists, quotes or brackets are nested too deeply to be read.', 'a few levels at most');
		return;
	}
	// Marks of lists and quotes may stand between its lines, never inside it.
	const line = firstLine + countLineFeeds(body.slice(0, Math.max(0, body.indexOf(fault.word))));
	const expected = 'a blank within it, or a fence around it where it is code';
	report(line, `A word of ${fault.word.length} characters is too long to be read as text.`, expected);
}

type Text = Extract<Outline, { text: string }>;

const textsOf = (outline: readonly Outline[]): Text[] =>
	outline.flatMap((piece) => (piece.kind === 'div' ? textsOf(piece.children) : [piece]));

function looseTokens(tokens: readonly LessonToken[], { text, line }: Text): LooseNode[] {
	return [...withLines(tokens, text, line)].map((found): LooseNode => {
		const { token } = found;
		if (token.type !== 'code' || !isMeantAsCell(token.lang)) return { kind: 'markdown', ...found };
		return {
			kind: 'cell',
			line: found.line,
			fence: { info: token.lang ?? '', text: token.text, line: found.line }
		};
	});
}

/** Tokens don't know where they stand, but the source is their raw texts, one after the other. */
function* withLines(tokens: readonly LessonToken[], body: string, firstLine: number) {
	let at = 0;
	let line = firstLine;
	for (const token of tokens) {
		const raw = token.raw.replace(/\n+$/, '');
		const found = body.startsWith(raw, at) ? at : body.indexOf(raw, at);
		if (found > at) line += countLineFeeds(body.slice(at, found));
		const leading = countLineFeeds(/^\s*/.exec(raw)?.[0] ?? '');
		yield { token, line: line + leading };
		if (found < 0) continue;
		const end = found + (body.startsWith(token.raw, found) ? token.raw : raw).length;
		line += countLineFeeds(body.slice(found, end));
		at = end;
	}
}
