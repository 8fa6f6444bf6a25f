/**
 * What an import of one of these modules looks like: a statement, or a call with a plain text as its first argument. Read in a cell,
 * or in a call's JSON, where a line break is a backslash and a letter, and a quotation mark has a backslash. A match too many costs a
 * fetch, no more.
 */
export function importOf(modules: readonly string[]): RegExp {
	const names = modules.join('|');
	const space = String.raw`(?:\s|\\[nrt])*`;
	const statement = String.raw`(?:^|[\n;:"]|\\[nr])${space}(?:import|from)\b[^\n;\\]*\b(?:${names})\b`;
	const call = String.raw`(?:^|\W|\\[nrt])(?:import_module|__import__)${space}\(${space}(?:name\s*=\s*)?\\?["'](?:${names})\b`;
	return new RegExp(`${statement}|${call}`);
}
