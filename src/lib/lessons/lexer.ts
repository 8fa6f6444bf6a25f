import { Lexer, Marked, type MarkedToken, type TokenizerExtension } from 'marked';

type MathToken = { type: 'math'; raw: string; text: string; display: boolean };
type FootnoteToken = { type: 'footnote'; raw: string; name: string };
/** What lessons have beside Markdown. */
export type LessonToken = MarkedToken | MathToken | FootnoteToken;

/**
 * marked asks again after every piece of text: whoever searches all that is left each time takes hours over a line of brackets. Where
 * nothing is near, what comes next is looked at again from the end of the window.
 */
function nextIn(source: string, mark: string): number {
	const found = source.slice(0, searchWindow).indexOf(mark);
	return found >= 0 || source.length <= searchWindow ? found : searchWindow;
}
const searchWindow = 500;

/** As in Pandoc, so that "$5 and $10" are prices: no space inside the dollars, and no digit after the second one. */
const math: TokenizerExtension = {
	name: 'math',
	level: 'inline',
	start: (source) => nextIn(source, '$'),
	tokenizer(source) {
		const shown = /^\$\$([^$]{1,4000})\$\$/.exec(source);
		if (shown !== null) return { type: 'math', raw: shown[0], text: (shown[1] ?? '').trim(), display: true };
		const inline = /^\$(?![\s$])([^$\n]{1,500}?)(?<![\s\\])\$(?!\d)/.exec(source);
		return inline === null
			? undefined
			: { type: 'math', raw: inline[0], text: inline[1] ?? '', display: false };
	}
};

/** Begins with a bracket, at which marked ends a text anyway: it needs no `start`. */
const footnote: TokenizerExtension = {
	name: 'footnote',
	level: 'inline',
	tokenizer(source) {
		const found = /^\[\^([^\]\s]{1,60})\]/.exec(source);
		return found === null ? undefined : { type: 'footnote', raw: found[0], name: found[1] ?? '' };
	}
};

const lessonOptions = new Marked({ gfm: true, extensions: [math, footnote] }).defaults;

/**
 * The tokens of each of these texts; what one defines (`[name]: address`) holds in all of them. `undefined` where the nesting is
 * deeper than the stack: the lexer is recursive.
 */
export function lexTogether(texts: readonly string[]): LessonToken[][] | undefined {
	const lexer = new Lexer(lessonOptions);
	return quietly(() => {
		const tokens = texts.map((text) => lexer.blockTokens(text, []));
		// Only now are all definitions known; with nothing left to read, this reads what is inside the blocks.
		lexer.lex('');
		return tokens as LessonToken[][];
	});
}

/** The tokens of plain Markdown; `undefined` as above. */
export const lexPlain = (text: string): MarkedToken[] | undefined =>
	quietly(() => new Lexer({ gfm: true }).lex(text) as MarkedToken[]);

function quietly<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}
