import { expect, test } from 'vitest';
import { newRunId } from './ids';
import { maxStoredOutputChars } from './limits';
import type { OutputPart, RunResult } from './run';
import { storedRun } from './stored-run';

const run = (outputs: OutputPart[]): RunResult => ({
	runId: newRunId(),
	status: 'ok',
	outputs,
	checks: [],
	durationMs: 1,
	truncated: 5
});

test('a run that fits is kept as it is', () => {
	const small = run([
		{ kind: 'stdout', text: 'a' },
		{ kind: 'display', data: { 'text/plain': '' } }
	]);
	expect(storedRun(small)).toEqual(small);
});

test('of a long run the beginning is kept, and what was cut is counted', () => {
	const long = 'x'.repeat(maxStoredOutputChars);
	const kept = storedRun(
		run([
			{ kind: 'stdout', text: long.slice(1) },
			{ kind: 'stderr', text: 'yz' },
			{ kind: 'display', data: { 'text/plain': '123' } }
		])
	);
	expect(kept.outputs).toEqual([
		{ kind: 'stdout', text: long.slice(1) },
		{ kind: 'stderr', text: 'y' }
	]);
	expect(kept.truncated).toBe(5 + 1 + 3);
});
