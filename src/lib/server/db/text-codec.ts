/**
 * Learners' code and output hold any characters at all, but Postgres takes no NUL in text (22021), none in JSON (22P05), and
 * turns a lone surrogate into U+FFFD or refuses it (22P02). So what it cannot hold is written with an escape, U+0010 (a
 * control character that texts do not need): U+0010 0 is NUL, U+0010 s and four hex digits a lone surrogate, U+0010 twice
 * itself. Every text comes back exactly as it was; ordinary texts are stored as they are.
 */
const escape = '\u0010';
// eslint-disable-next-line no-control-regex -- these are the characters it is about
const troublesome = /[\u0000\u0010]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
// eslint-disable-next-line no-control-regex
const escaped = /\u0010(?:\u0010|0|s[0-9a-f]{4})/g;

export function encodeText(text: string): string {
	return text.replace(troublesome, (character) => {
		if (character === escape) return escape + escape;
		if (character === '\0') return `${escape}0`;
		return `${escape}s${character.charCodeAt(0).toString(16)}`;
	});
}

export function decodeText(stored: string): string {
	if (!stored.includes(escape)) return stored;
	return stored.replace(escaped, (sequence) => {
		if (sequence[1] === escape) return escape;
		return sequence[1] === '0' ? '\0' : String.fromCharCode(parseInt(sequence.slice(2), 16));
	});
}

/** JSON text of a value, its strings and keys escaped. */
export function encodeJson(value: unknown): string {
	return JSON.stringify(mapStrings(value, encodeText));
}

/** The value as it was, from what the driver parsed. */
export function decodeJson(stored: unknown): unknown {
	return mapStrings(stored, decodeText);
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
	if (typeof value === 'string') return map(value);
	if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
	if (value instanceof Object) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map)]));
	}
	return value;
}
