import * as v from 'valibot';
import { Facts } from '$lib/domain/facts';
import { parseProbe } from '$lib/domain/probe-grammar';
import type { SubmissionContext } from '$lib/domain/submission';
import type { CallResult, RunnerClient } from '$lib/runner/page/client';
import type { TryAnswer } from '$lib/ui/try-answer';

/** The kernel ends a call after a second; past this the interpreter itself is stuck. */
const tryTimeoutMs = 5_000;

/** The code that a call is of, and what ran before it. */
export type About = { code: string; context: SubmissionContext; stdin: string[] };
export type AnswerTo = typeof answerTo;

/** Asks the bench, where the call is one that may be asked. */
export async function answerTo(call: string, about: About, bench: RunnerClient): Promise<TryAnswer> {
	const refusal = refusalOf(call);
	if (refusal !== undefined) return refusal;
	const stop = new AbortController();
	return answerOf(await bench.call('facts', { ...about, call }, tryTimeoutMs, stop.signal));
}

/** Why this cannot be asked, before anything runs; `undefined` where it can. The kernel, which knows the names, looks again. */
export function refusalOf(call: string): TryAnswer | undefined {
	const parsed = parseProbe({ call }, undefined);
	return parsed.ok ? undefined : { kind: 'refused', why: parsed.why };
}

/** What the bench's `facts` of one call mean to the one who asked for it. */
export function answerOf(result: CallResult): TryAnswer {
	if (!result.ok) return result.why === 'timed-out' ? { kind: 'timed-out' } : { kind: 'unavailable' };
	const facts = v.safeParse(Facts, result.value);
	if (!facts.success) return { kind: 'unavailable' };
	if ('syntaxError' in facts.output) return { kind: 'refused', why: 'syntax-error' };
	const { status, returned, raised, refused, stdout } = facts.output.run;
	if (refused !== undefined) return { kind: 'refused', why: refused.why };
	if (status === 'timed-out') return { kind: 'timed-out' };
	if (raised !== undefined) return { kind: 'raised', printed: stdout, ...raised };
	return { kind: 'returned', printed: stdout, value: returned };
}
