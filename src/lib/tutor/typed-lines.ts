import * as v from 'valibot';
import type { RunResult } from '$lib/domain/run';
import { NewSubmission } from '$lib/domain/submission';

/**
 * The lines that `input()` was given in a run, to be given again. None where not all of them are known, or could be stored, or where
 * the run did not come to its own end: with half of its answers the code would do something else. A secret line is empty.
 */
export function typedLines(result: RunResult | undefined): string[] {
	if (result === undefined || result.truncated > 0) return [];
	if (result.status !== 'ok' && result.status !== 'error') return [];
	const typed = result.outputs.map((part) => (part.kind === 'stdin' ? part.text : '')).join('');
	// Each line has its end, so behind the last one there is nothing.
	const lines = typed.split('\n').slice(0, -1);
	return v.is(NewSubmission.entries.stdin, lines) ? lines : [];
}
