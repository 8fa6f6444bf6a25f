import * as v from 'valibot';
import { expect, test } from 'vitest';
import { transitionCell, type CellEvent, type CellRuntime } from '$lib/domain/cell';
import { newRunId, RunId } from '$lib/domain/ids';
import { RunResult, type RunStatus } from '$lib/domain/run';
import { typedLines } from './typed-lines';

/** A run as the page records it, in which these answers were typed. */
function run(
	answers: { text: string; secret?: boolean }[],
	end: { status?: RunStatus; truncated?: number } = {}
): RunResult {
	const runId = newRunId();
	const events: CellEvent[] = [
		{ type: 'queued', runId, code: '' },
		{ type: 'started', runId },
		...answers.flatMap(({ text, secret = false }): CellEvent[] => [
			{ type: 'output', runId, parts: [{ kind: 'stdout', text: 'line\n' }] },
			{ type: 'asked', runId, question: { prompt: '? ', secret } },
			{ type: 'answered', runId, text }
		]),
		{ type: 'ended', runId, end: { status: 'ok', durationMs: 1, truncated: 0, ...end } }
	];
	const last = events.reduce<CellRuntime>(transitionCell, { kind: 'idle' });
	if (last.kind !== 'finished') throw new Error('The run did not end.');
	return v.parse(RunResult, { ...last.result, runId: v.parse(RunId, runId) });
}

test('the lines are those that were typed, in order, the empty ones too', () => {
	expect(typedLines(run([{ text: 'Ada' }, { text: '' }, { text: ' 3 ' }]))).toEqual(['Ada', '', ' 3 ']);
	expect(typedLines(run([]))).toEqual([]);
	expect(typedLines(run([{ text: 'Ada' }], { status: 'error' }))).toEqual(['Ada']);
});

test('a secret is not kept, and its place is', () =>
	expect(typedLines(run([{ text: 'Ada' }, { text: 'hush', secret: true }, { text: '3' }]))).toEqual([
		'Ada',
		'',
		'3'
	]));

test.each([
	['no run', undefined],
	['a run that was stopped', run([{ text: 'Ada' }], { status: 'interrupted' })],
	['a run of which not everything was kept', run([{ text: 'Ada' }], { truncated: 1 })],
	['lines that are too many to be stored', run(Array.from({ length: 1_001 }, () => ({ text: 'x' })))]
])('none for %s', (_name, result) => expect(typedLines(result)).toEqual([]));
