import type { Claim } from '$lib/domain/claim';
import type { Prose } from '$lib/domain/explanation';
import { statesValue, standsIn } from './stated-value';

/** A stretch of a sentence: words, code, or the place of a claim's value. */
export type Segment =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'code'; readonly text: string }
	| { readonly kind: 'slot'; readonly claim: Claim };

/** `unchecked`: it states a value that no claim stands behind, so it must not read as if it had been run. */
export type Sentence = { readonly unchecked: boolean; readonly parts: readonly Segment[] };

/**
 * Prose as sentences, each with the white space that follows it. `source` is the code that the prose speaks about.
 *
 * Backquotes mark code; `{claimId}` is a slot where the prose has a claim of that id, alone in backquotes too; any other
 * brace is text. A sentence ends at `.`, `!`, `?` or `…` before white space, unless a lower-case word follows or the dot
 * belongs to an abbreviation or a numbered list; and at every line end.
 */
export function segmentsOf(prose: Prose, source: string): Sentence[] {
	const claims = new Map<string, Claim>(prose.claims.map((claim) => [claim.id, claim]));
	return intoSentences(tokensOf(prose.text, claims)).map((parts) => ({
		unchecked: statesValue(parts.map((part) => wordsToCheck(part, source)).join('')),
		parts
	}));
}

/** What of a part can state a value: nothing where it is a slot, or code that the reader finds in the cell. */
function wordsToCheck(part: Segment, source: string): string {
	if (part.kind === 'slot') return '\uFFFC';
	if (part.kind === 'text') return part.text;
	return standsIn(part.text, source) ? '\uFFFC' : ` ${part.text} `;
}

/** Code spans (as many backquotes as opened them), slots, and the text between. */
function tokensOf(text: string, claims: ReadonlyMap<string, Claim>): Segment[] {
	const parts: Segment[] = [];
	let plainFrom = 0;
	const takeText = (to: number): void => {
		if (to > plainFrom) parts.push({ kind: 'text', text: text.slice(plainFrom, to) });
	};
	const closers = closingRuns(text);
	for (const match of text.matchAll(/(`+)|\{([a-z][a-z0-9-]{0,39})\}/g)) {
		// Inside the code span before it.
		if (match.index < plainFrom) continue;
		const [whole, ticks, id] = match;
		if (ticks !== undefined) {
			const from = match.index + ticks.length;
			const close = closers(ticks.length, from);
			if (close === undefined) continue;
			takeText(match.index);
			parts.push(codeOf(text.slice(from, close), claims));
			plainFrom = close + ticks.length;
		} else {
			const claim = id === undefined ? undefined : claims.get(id);
			if (claim === undefined) continue;
			takeText(match.index);
			parts.push({ kind: 'slot', claim });
			plainFrom = match.index + whole.length;
		}
	}
	takeText(text.length);
	return parts;
}

/** Where the next run of exactly so many backquotes begins. Runs are found once, so that thousands of them stay cheap. */
function closingRuns(text: string): (length: number, from: number) => number | undefined {
	const starts = new Map<number, number[]>();
	for (const { 0: run, index } of text.matchAll(/`+/g)) {
		const sameLength = starts.get(run.length) ?? [];
		sameLength.push(index);
		starts.set(run.length, sameLength);
	}
	return (length, from) => starts.get(length)?.find((start) => start >= from);
}

function codeOf(content: string, claims: ReadonlyMap<string, Claim>): Segment {
	const slot = /^\s*\{([a-z][a-z0-9-]*)\}\s*$/.exec(content)?.[1];
	const claim = slot === undefined ? undefined : claims.get(slot);
	if (claim !== undefined) return { kind: 'slot', claim };
	// A space on both sides only keeps a backquote at the edge apart, as in Markdown.
	const padded = /^ (.*) $/s.exec(content)?.[1];
	return { kind: 'code', text: padded === undefined || padded.trim() === '' ? content : padded };
}

function intoSentences(tokens: readonly Segment[]): Segment[][] {
	const sentences: Segment[][] = [];
	let current: Segment[] = [];
	for (const token of tokens) {
		if (token.kind !== 'text') {
			current.push(token);
			continue;
		}
		let from = 0;
		for (const end of sentenceEnds(token.text)) {
			const text = token.text.slice(from, end);
			if (current.length === 0 && isListMarker(text)) continue;
			current.push({ kind: 'text', text });
			sentences.push(current);
			current = [];
			from = end;
		}
		if (from < token.text.length) current.push({ kind: 'text', text: token.text.slice(from) });
	}
	if (current.length > 0) sentences.push(current);
	return sentences;
}

const isListMarker = (text: string): boolean => /^\s*\p{N}{1,3}[.)]\s*$/u.test(text);

/** Positions after the white space that follows the end of a sentence. */
function* sentenceEnds(text: string): Generator<number> {
	for (const match of text.matchAll(/[.!?…]+["'”’»)\]]*\s+|[。！？]+\s*|\s*\n\s*/gu)) {
		const end = match.index + match[0].length;
		const isLineEnd = match[0].includes('\n');
		const before = text.slice(Math.max(0, match.index - 8), match.index + 1);
		if (
			!isLineEnd &&
			(/\b(?:e\.g|i\.e|etc|vs|cf)\.$/i.test(before) || /^\p{Ll}/u.test(text.slice(end, end + 2)))
		)
			continue;
		yield end;
	}
}
