import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { anyOutputPart } from './arbitraries';
import { newRunId } from './ids';
import { maxStoredOutputChars } from './limits';
import { RunResult, textOfPart, type OutputPart } from './run';
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

test('of pictures the largest go first; their text stays, and is not counted as cut', () => {
	const picture = (text: string, kilo: number): OutputPart => ({
		kind: 'display',
		data: { 'text/plain': text, 'image/png': 'A'.repeat(kilo * 1024) }
	});
	const kept = storedRun(run([picture('small', 10), picture('large', 40), picture('medium', 30)]));
	expect(kept.outputs.map((part) => part.kind === 'display' && 'image/png' in part.data)).toEqual([
		true,
		false,
		true
	]);
	expect(kept.outputs.map(textOfPart)).toEqual(['small', 'large', 'medium']);
	expect(kept.truncated).toBe(5);
});

test('text goes before pictures, wherever it comes', () => {
	const kept = storedRun(
		run([
			{ kind: 'display', data: { 'text/plain': 'p', 'text/html': '<b>' } },
			{ kind: 'stdout', text: 'x'.repeat(maxStoredOutputChars - 2) }
		])
	);
	expect(kept.outputs[0]).toEqual({ kind: 'display', data: { 'text/plain': 'p' } });
	expect(kept.truncated).toBe(5);
});

test('whatever a run gave: what is kept fits, is valid, and is kept unchanged a second time', () => {
	// A few parts a thousand times over, so that some fit and some do not.
	const outputs = fc
		.tuple(fc.array(anyOutputPart, { maxLength: 8 }), fc.constantFrom(1, 200))
		.map(([parts, times]) => Array.from({ length: times }, () => parts).flat());
	fc.assert(
		fc.property(outputs, (parts) => {
			const kept = storedRun(run(parts));
			const chars = kept.outputs
				.flatMap((part) => (part.kind === 'display' ? Object.values(part.data) : [part.text]))
				.reduce((sum, form) => sum + (form?.length ?? 0), 0);
			expect(chars).toBeLessThanOrEqual(maxStoredOutputChars);
			const text = parts.map(textOfPart).join('');
			const keptText = kept.outputs.map(textOfPart).join('');
			expect(text.startsWith(keptText)).toBe(true);
			expect(kept.truncated).toBe(5 + text.length - keptText.length);
			expect(v.parse(RunResult, kept)).toEqual(kept);
			expect(storedRun(kept)).toEqual(kept);
		})
	);
});
