export type ScriptedModel = {
	readonly name: string;
	readonly digest: string;
	readonly thinks?: boolean;
	/** Whether it is in memory. */
	readonly loaded?: boolean;
};

/** How a scripted server fetches a model: one layer, in so many pieces. With `error` it finds no model in the library. */
export type PullScript = {
	readonly bytes: number;
	readonly pieces: number;
	readonly gapMs?: number;
	readonly error?: string;
};

/** What a scripted server does with one request: by default it answers with `text` and ends as it should. */
export type Script = {
	readonly text: string;
	readonly reasoning?: string;
	/** Characters of one token. */
	readonly tokenChars?: number;
	/** Before the headers, as Ollama does while another request is served. */
	readonly headersMs?: number;
	/** Between the headers and the first token. */
	readonly firstMs?: number;
	/** Between two tokens. */
	readonly gapMs?: number;
	readonly end?: Ending;
	/** Refuse instead: an HTTP status, and the body as it is sent. */
	readonly refuse?: { readonly status: number; readonly body: string };
};

/** How an answer ends. Where it is not `stop` or `length`, the tokens stop after `after` of them. */
export type Ending =
	| { readonly kind: 'stop' | 'length' }
	/** HTTP is closed properly, but nothing says that the answer is complete. */
	| { readonly kind: 'no-done'; readonly after: number }
	/** An error inside of the 200. */
	| { readonly kind: 'error'; readonly after: number; readonly message: string }
	/** Ollama's `/v1`: a chunk without a model, then the end. On its own wire an error. */
	| { readonly kind: 'swallowed'; readonly after: number }
	/** The connection is torn in the middle of a line, or of a character where the next token has one of several bytes. */
	| { readonly kind: 'torn'; readonly after: number; readonly where: 'line' | 'character' | 'between' }
	/** Bytes of something else. */
	| { readonly kind: 'garbage'; readonly after: number; readonly bytes: Uint8Array }
	/** Nothing more comes, and nothing is closed. */
	| { readonly kind: 'stall'; readonly after: number };

/** What the scripted server counts by: so many tokens stand for a text. */
export const scriptedTokens = (text: string): number => Math.ceil(text.length / 4);

/** The text in tokens, never inside of a surrogate pair. */
export function tokensOf(text: string, tokenChars: number): string[] {
	const characters = Array.from(text);
	const tokens: string[] = [];
	for (let at = 0; at < characters.length; at += tokenChars) {
		tokens.push(characters.slice(at, at + tokenChars).join(''));
	}
	return tokens;
}
