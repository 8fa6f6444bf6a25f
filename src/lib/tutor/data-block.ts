/*
 * What others wrote (code, its output, a lesson) stands in a prompt as data. Each of its lines begins with a mark, so no line of it can
 * end the block or look like one of ours; the words that models take for the frame of a conversation are taken apart; what is too
 * long is cut, and says so.
 */

/** `number`: lines of code are counted from 1, as claims and steps name them. */
export type DataLines = { readonly text: string; readonly number?: boolean };

/** Longer lines are cut: a model learns nothing from them, and they push everything else out. */
const maxLineChars = 400;

/** The lines of a text as a prompt shows them, each with its mark. */
export function dataLines({ text, number = false }: DataLines): string[] {
	const lines = harmless(text).split(/\r\n|\r|\n/);
	// A line end at the end begins no line.
	if (lines.length > 1 && lines.at(-1) === '') lines.pop();
	const width = String(lines.length).length;
	return lines.map((line, index) => {
		const mark = number ? `${String(index + 1).padStart(width)} | ` : '| ';
		return mark + (line.length > maxLineChars ? `${line.slice(0, maxLineChars)} …` : line);
	});
}

/** The first of these lines that fit into so many bytes, with a line that says how many are missing. */
export function cappedLines(lines: readonly string[], maxBytes: number): string[] {
	const kept: string[] = [];
	let bytes = 0;
	for (const line of lines) {
		bytes += bytesOf(line) + 1;
		if (bytes > maxBytes) break;
		kept.push(line);
	}
	const missing = lines.length - kept.length;
	return missing === 0 ? kept : [...kept, `(${missing} more ${missing === 1 ? 'line' : 'lines'} left out)`];
}

export const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;

/** Words with a meaning of their own to the models that we know of: turns, roles, thoughts, tools, the parts of a completion. */
const frameWords = new RegExp(
	[
		String.raw`<\|[^<>\n]{0,60}\|?>`,
		String.raw`<｜[^<>\n]{0,60}｜?>`,
		String.raw`<\/?(?:start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token|unused\d{1,4}|bos|eos|pad|unk|mask|s|think|thinking|tool_call|tool_response|function_call|fim_prefix|fim_middle|fim_suffix|file_sep|repo_name|endoftext|step|EOT|PRE|SUF|MID)>`,
		String.raw`<<\/?SYS>>`,
		String.raw`\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|THINK|IMG|PREFIX|SUFFIX|MIDDLE)\]`
	].join('|'),
	'gi'
);

/** Taken apart, not taken out: whoever asks about such a text still reads what is in it. */
const apart: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '[': '⟦', ']': '⟧' };

function harmless(text: string): string {
	return (
		text
			.toWellFormed()
			.replace(frameWords, (word) => word.replace(/[<>[\]]/g, (sign) => apart[sign] ?? sign))
			// Control characters, other ends of lines than Python's, and signs that turn the direction of writing.
			// eslint-disable-next-line no-control-regex -- they are what is looked for
			.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
	);
}
