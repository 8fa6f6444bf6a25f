/**
 * What an import of one of these modules looks like: a statement, or a call with a plain text as its first argument. Read in a cell,
 * or in a call's JSON, where a line break is a backslash and a letter, and a quotation mark has a backslash. A match too many costs a
 * fetch, no more.
 *
 * It is read before the code runs, when nothing can stop it, so its time must grow with the text and no faster: 100,000 empty lines
 * once took a minute. Whatever may begin a statement therefore also ends the search that the one before it began.
 */
export function importOf(modules: readonly string[]): RegExp {
	const names = modules.join('|');
	const blanks = String.raw`(?:[ \t\f]|\\[tf])*`;
	const rest = String.raw`[^\r\n;:"'\\]*`;
	// A line that goes on in the next one, as written or in JSON. Few times: each is a place where another search may begin.
	const goesOn = String.raw`(?:(?:\\\r?\n|\\\\(?:\\r)?\\n)${blanks}${rest}){0,4}`;
	// In JSON the letter of a line break stands right before it.
	const edge = String.raw`(?:\b|(?<=\\[ntf]))`;
	const statement = String.raw`(?:^|[\r\n;:"']|\\[nr])${blanks}(?:import|from)\b${rest}${goesOn}${edge}(?:${names})\b`;
	const space = String.raw`(?:\s|\\[nrt])*`;
	const call = String.raw`(?:^|\W|\\[nrt])(?:import_module|__import__)${space}\(${space}(?:name\s*=\s*)?\\?["'](?:${names})\b`;
	return new RegExp(`${statement}|${call}`);
}
