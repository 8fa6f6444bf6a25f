import { Lexer, type MarkedToken } from 'marked';
import type { Block } from '$lib/domain/lesson';
import { cellReader, isMeantAsCell } from './cell-fence';
import { headingIds } from './heading-ids';
import { blocksOf, type TreeContext } from './markdown-tree';
import type { Report } from './report';
import { countLineFeeds } from './source-text';

/** A lesson's text as blocks: prose between cells. `firstLine` is the line of the file on which the text begins. */
export function parseBody(body: string, firstLine: number, report: Report): Block[] {
	const tokens = lex(body);
	if (tokens === undefined) {
		report(firstLine, 'Lists, quotes or brackets are nested too deeply to be read.', 'a few levels at most');
		return [];
	}
	const blocks: Block[] = [];
	const readCell = cellReader(report);
	const headingId = headingIds();
	for (const { token, line } of withLines(tokens, body, firstLine)) {
		if (token.type === 'code') checkFenceIsClosed(token.raw, line, report);
		if (token.type === 'code' && isMeantAsCell(token.lang)) {
			const cell = readCell({ info: token.lang ?? '', text: token.text, line });
			if (cell !== undefined) blocks.push({ kind: 'cell', cell });
			continue;
		}
		const nodes = blocksOf([token], treeContext(token.raw, line, headingId, report));
		const last = blocks.at(-1);
		if (last?.kind === 'prose') last.nodes.push(...nodes);
		else if (nodes.length > 0) blocks.push({ kind: 'prose', nodes });
	}
	return blocks;
}

/**
 * `undefined` where the nesting is deeper than the stack: the lexer is recursive.
 * Without extensions there are only marked's own tokens, which its types don't say.
 */
export function lex(body: string): MarkedToken[] | undefined {
	try {
		return new Lexer({ gfm: true }).lex(body) as MarkedToken[];
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

/** Tokens don't know where they stand, but the source is their raw texts, one after the other. */
function* withLines(tokens: readonly MarkedToken[], body: string, firstLine: number) {
	let at = 0;
	let line = firstLine;
	for (const token of tokens) {
		const raw = token.raw.replace(/\n+$/, '');
		const found = body.startsWith(raw, at) ? at : body.indexOf(raw, at);
		if (found > at) line += countLineFeeds(body.slice(at, found));
		const leading = countLineFeeds(/^\s*/.exec(raw)?.[0] ?? '');
		yield { token, line: line + leading };
		if (found < 0) continue;
		const end = found + (body.startsWith(token.raw, found) ? token.raw : raw).length;
		line += countLineFeeds(body.slice(found, end));
		at = end;
	}
}

/** An open fence swallows the rest of the lesson, which is never what its author meant. */
function checkFenceIsClosed(raw: string, line: number, report: Report): void {
	const open = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
	if (open === undefined) return;
	const lines = raw.trimEnd().split('\n');
	const last = lines.length > 1 ? (lines.at(-1) ?? '').trim() : '';
	const isClosed = last.length >= open.length && last === open.charAt(0).repeat(last.length);
	if (!isClosed) report(line, 'The code fence that opens here is never closed.', `a line \`${open}\` below it`);
}

function treeContext(raw: string, line: number, headingId: TreeContext['headingId'], report: Report): TreeContext {
	let searchFrom = 0;
	let isDeepReported = false;
	return {
		headingId,
		onNestedCode: (token) => {
			if (!isMeantAsCell(token.lang)) return;
			const index = raw.indexOf(token.lang ?? '', searchFrom);
			if (index >= 0) searchFrom = index + 1;
			const at = line + countLineFeeds(raw.slice(0, Math.max(0, index)));
			report(at, 'A cell cannot stand inside a list or a quote.', 'the fence at the left margin');
		},
		onTooDeep: () => {
			if (!isDeepReported) report(line, 'Here something is nested too deeply to be shown.', 'a few levels at most');
			isDeepReported = true;
		}
	};
}
