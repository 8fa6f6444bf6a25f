import type { ChangeSpec } from '@codemirror/state';

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** The one change between two texts, without what they begin and end with alike: cursor and marks outside of it stay. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
	const shorter = Math.min(before.length, after.length);
	let from = 0;
	while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from += 1;
	// Half a character is none.
	if (from > 0 && isHighSurrogate(before.charCodeAt(from - 1))) from -= 1;
	let same = 0;
	while (
		same < shorter - from &&
		before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
	)
		same += 1;
	if (same > 0 && isLowSurrogate(before.charCodeAt(before.length - same))) same -= 1;
	return {
		from,
		to: before.length - same,
		insert: after.slice(from, after.length - same)
	} satisfies ChangeSpec;
}
