import * as v from 'valibot';
import { textOfPart, type RunResult } from '$lib/domain/run';

export const sureness = ['guess', 'fairly', 'certain'] as const;
export type Sure = (typeof sureness)[number];

/** What a learner expected of a cell's first run, and of which code; `skipped` where they would rather not say. */
export const Prediction = v.variant('kind', [
	v.object({ kind: v.literal('open') }),
	v.object({ kind: v.literal('skipped') }),
	v.object({ kind: v.literal('made'), text: v.string(), sure: v.picklist(sureness), code: v.string() })
]);
export type Prediction = v.InferOutput<typeof Prediction>;

/** What a run showed, as somebody would write it down: the output, and the last line of an error. */
export function shownBy({ outputs, error }: Pick<RunResult, 'outputs' | 'error'>): string {
	const text = outputs
		.map((part) => (part.kind === 'display' ? `${textOfPart(part)}\n` : textOfPart(part)))
		.join('');
	return tidy(error === undefined ? text : `${tidy(text)}\n${error.type}: ${error.message}`);
}

/**
 * Spaces at line ends can't be seen, and nobody has to know an error's message by heart, or which of its quotes Python shows; a phone
 * types curved ones.
 */
export function isAsExpected(expected: string, result: Pick<RunResult, 'outputs' | 'error'>): boolean {
	if (plain(expected) === plain(shownBy(result))) return true;
	const { error } = result;
	if (error === undefined) return false;
	const before = shownBy({ outputs: result.outputs });
	return plain(expected) === plain(`${before}\n${error.type}`);
}

const plain = (text: string): string => tidy(text).replace(/["“”„‘’‚]/g, "'");

const tidy = (text: string): string =>
	text
		.split('\n')
		.map((line) => line.trimEnd())
		.join('\n')
		.replace(/^\n+|\n+$/g, '');
