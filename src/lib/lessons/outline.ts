import { readAttributes, type Attributes } from './attributes';
import type { Report } from './report';

/** A lesson's text before its Markdown is read: what stands in `:::` blocks, footnotes, and the rest. `line` is where it begins. */
export type Outline =
	| { readonly kind: 'text'; readonly text: string; readonly line: number }
	| {
			readonly kind: 'div';
			readonly attributes: Attributes;
			readonly line: number;
			readonly children: Outline[];
	  }
	| { readonly kind: 'footnote'; readonly name: string; readonly text: string; readonly line: number };

/** Deeper than anyone nests blocks, and far from where the recursion that reads them would end. */
const maxDepth = 8;

/** A code fence or a comment, in which nothing else begins. `marks` opened the fence. */
type Closed = { readonly marks?: string; readonly line: number; readonly ends: (line: string) => boolean };

/**
 * Cuts a text into its blocks, line by line: marked knows neither `:::` nor footnotes. Code fences and comments are stepped over,
 * so that an example of a block in them stays an example. `isWhole` is false where something is never closed: what stands below it
 * is not where its author put it.
 */
export function outlineOf(
	body: string,
	firstLine: number,
	report: Report
): { pieces: Outline[]; isWhole: boolean } {
	const root: Outline[] = [];
	const open: { children: Outline[]; line: number }[] = [];
	let text: { lines: string[]; line: number } | undefined;
	let footnote: { name: string; lines: string[]; line: number } | undefined;
	let closed: Closed | undefined;
	let tooDeep = 0;
	const here = (): Outline[] => open.at(-1)?.children ?? root;
	const flush = (): void => {
		if (text !== undefined) here().push({ kind: 'text', text: text.lines.join('\n'), line: text.line });
		if (footnote !== undefined) {
			const { name, lines, line } = footnote;
			root.push({ kind: 'footnote', name, line, text: lines.join('\n') });
		}
		text = undefined;
		footnote = undefined;
	};

	for (const [index, content] of body.split('\n').entries()) {
		const line = firstLine + index;
		if (closed !== undefined) {
			if (closed.ends(content)) closed = undefined;
		} else {
			const div = /^(:{3,})[ \t]*(.*?)[ \t]*:*[ \t]*$/.exec(content);
			if (div !== null) {
				flush();
				const [, colons = '', rest = ''] = div;
				if (rest === '') {
					if (tooDeep > 0) tooDeep -= 1;
					else if (open.pop() === undefined)
						report(line, 'This line closes a block, but none is open.', '`::: {.name}` above it');
					continue;
				}
				const attributes = readAttributes(rest, line, content.indexOf(rest, colons.length) + 1, report);
				if (open.length >= maxDepth) {
					if (tooDeep === 0) report(line, 'Blocks are nested too deeply here.', `at most ${maxDepth} levels`);
					tooDeep += 1;
					continue;
				}
				const children: Outline[] = [];
				here().push({ kind: 'div', attributes, line, children });
				open.push({ children, line });
				continue;
			}
			const note = /^ {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*(.*)$/.exec(content);
			if (note !== null) {
				flush();
				footnote = { name: note[1] ?? '', lines: [note[2] ?? ''], line };
				continue;
			}
			closed = closedBy(content, line);
		}
		if (footnote !== undefined) {
			// What follows belongs to the note as far as it is indented, or goes on with its paragraph.
			const goesOn =
				content.trim() === '' || /^(?: {2,}|\t)/.test(content) || footnote.lines.at(-1)?.trim() !== '';
			if (goesOn) {
				footnote.lines.push(content.replace(/^(?: {1,4}|\t)/, ''));
				continue;
			}
			flush();
		}
		text ??= { lines: [], line };
		text.lines.push(content);
	}
	flush();
	// An open fence or comment swallows the rest of the lesson, with what would have closed the blocks around it.
	if (closed !== undefined) {
		const [what, end] = closed.marks === undefined ? ['comment', '-->'] : ['code fence', closed.marks];
		report(
			closed.line,
			`The ${what} that opens here is never closed.`,
			`a line below it that is ${end} and nothing else`
		);
	} else {
		for (const { line } of open)
			report(line, 'The block that opens here is never closed.', 'a line `:::` below it');
	}
	return { pieces: root, isWhole: closed === undefined && open.length === 0 };
}

function closedBy(content: string, line: number): Closed | undefined {
	const fence = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(content);
	const marks = fence?.[1] ?? fence?.[2];
	if (marks !== undefined) {
		const mark = marks.charAt(0);
		return {
			marks,
			line,
			ends: (candidate) => {
				const last = candidate.trim();
				return (
					/^ {0,3}\S/.test(candidate) && last.length >= marks.length && last === mark.repeat(last.length)
				);
			}
		};
	}
	const isComment = /^ {0,3}<!--/.test(content) && !content.includes('-->');
	return isComment ? { line, ends: (candidate) => candidate.includes('-->') } : undefined;
}
