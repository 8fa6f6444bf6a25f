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

/** What marked cannot read: nesting deeper than the stack (it is recursive), or a word so long that it would take hours. */
export type Unreadable =
	{ readonly because: 'too deep' } | { readonly because: 'endless word'; word: string };

/** The tokens of each of these texts; what one defines (`[name]: address`) holds in all of them. */
export const lexTogether = (texts: readonly string[]): LessonToken[][] | Unreadable =>
	lexWith(new Lexer(lessonOptions), texts);

/** The tokens of plain Markdown. */
export function lexPlain(text: string): MarkedToken[] | Unreadable {
	const tokens = lexWith(new Lexer({ gfm: true }), [text.replace(/\r\n?/g, '\n')]);
	// Without extensions, there are no tokens but marked's own.
	return Array.isArray(tokens) ? ((tokens[0] ?? []) as MarkedToken[]) : tokens;
}

function lexWith(lexer: Lexer, texts: readonly string[]): LessonToken[][] | Unreadable {
	try {
		const tokens = texts.map((text) => lexer.blockTokens(text, []));
		const word = endlessWord(lexer.inlineQueue.map(({ src }) => src));
		if (word !== undefined) return { because: 'endless word', word };
		// Only now are all definitions known; with nothing left to read, this reads what is inside the blocks.
		lexer.lex('');
		return tokens as LessonToken[][];
	} catch (error) {
		if (error instanceof RangeError) return { because: 'too deep' };
		throw error;
	}
}

/**
 * At every piece of text marked looks whether an e-mail address begins there, to the end of the word: the time grows with the square of
 * its length. The longest word of all where that is too much.
 */
function endlessWord(texts: readonly string[]): string | undefined {
	let longest = '';
	let looks = 0;
	for (const text of texts) {
		for (const word of text.split(/[^\w.!#$%&'*+/=?`{|}~-]+/)) {
			if (word.length <= ordinaryWord) continue;
			looks += word.length ** 2;
			if (word.length > longest.length) longest = word;
		}
	}
	return looks > mostLooks ? longest : undefined;
}
const ordinaryWord = 100;
/** About a third of a second; one word of 5,000 characters. */
const mostLooks = 25_000_000;
