/*
 * Whether words state a value. Read by the eye of a sceptic: where it is unsure, the sentence counts as stating one and is
 * shown as not checked, which costs a small mark; the other mistake would show an unverified value as if it had been run.
 */

const lineNumber = String.raw`\p{N}+(?![\p{L}\p{N}_.]*[\p{L}\p{N}_])`;

/** What looks like a value and is none: it says where, not what. */
const placeWords: readonly RegExp[] = [
	// The marker of a numbered list: `2. ` or `2) ` at the start.
	/^\s*\p{N}{1,3}[.)](?=\s)/gu,
	// `lines 2, 4 and 5`, `lines 3 to 5`, `steps 1–3`; then `line 3`.
	new RegExp(
		String.raw`\b(?:lines|steps)\s+${lineNumber}(?:\s*,\s*${lineNumber})*\s*(?:,?\s*(?:and|or|to|through)\s+|[–—-]\s*)${lineNumber}`,
		'giu'
	),
	new RegExp(String.raw`\b(?:lines?|steps?)\s+${lineNumber}(?:[–—-]${lineNumber})?`, 'giu'),
	/\bPython\s+3(?:\.\p{N}+)*/gu,
	// Ordinals, and the dimensions of a grid.
	/(?<![\p{L}\p{N}_.])\p{N}+(?:st|nd|rd|th|D)(?![\p{L}\p{N}_])/gu,
	/\bNone of\b/gu
];

const values: readonly RegExp[] = [
	// A number: a word that begins with a digit. `x2` and `utf8` are names.
	/(?<![\p{L}\p{M}\p{N}_])\p{N}/u,
	// Text in quotes, the empty one too. An apostrophe inside a word (`don't`) or after it (`lists'`) is no quote.
	/"[^"]*"|“[^”]*”|«[^»]*»|„[^“”]*[“”]/u,
	/(?<![\p{L}\p{N}_'’])'(?:'|[^'\s](?:[^'\n]*[^'\s])?'(?![\p{L}\p{N}_]))/u,
	/(?<![\p{L}\p{N}_])‘[^’\n]*’(?![\p{L}\p{N}_])/u,
	/(?<![\p{L}\p{N}_])(?:True|False|None)(?![\p{L}\p{N}_])/u,
	// Lists, dictionaries and sets, and the empty tuple; `f()` is a call. A brace is also what is left of an unknown slot.
	/\[[^\]]*\]|\{[^}]*\}|(?<![\p{L}\p{N}_)\]`\uFFFC])\(\s*\)/u
];

/**
 * Whether words (with slots and quoted code already taken out) state a value: a number, text in quotes, `True`, `False`,
 * `None`, or something in square brackets or braces. References to lines and steps, numbered lists, ordinals, versions of
 * Python, and numbers written as words ("one", "first", "twice") are ordinary English and state none.
 */
export function statesValue(words: string): boolean {
	const rest = placeWords.reduce((text, pattern) => text.replace(pattern, ' '), words);
	return values.some((pattern) => pattern.test(rest));
}

/** Whether code stands in the source word for word: `5` does not stand in `15`, `1.5` or `x5`. */
export function standsIn(code: string, source: string): boolean {
	const wanted = code.trim();
	if (wanted === '') return true;
	for (let at = source.indexOf(wanted); at >= 0; at = source.indexOf(wanted, at + 1)) {
		const before = source.slice(Math.max(0, at - 2), at);
		const after = source.slice(at + wanted.length, at + wanted.length + 2);
		const joinsLeft = /^[\p{L}\p{N}_]/u.test(wanted) && /[\p{L}\p{N}_]$|\p{N}\.$/u.test(before);
		const joinsRight = /[\p{L}\p{N}_]$/u.test(wanted) && /^[\p{L}\p{N}_]|^\.\p{N}/u.test(after);
		if (!joinsLeft && !joinsRight) return true;
	}
	return false;
}
