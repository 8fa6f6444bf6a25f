import * as v from 'valibot';
import type { Claim } from '$lib/domain/claim';
import type { SubmissionContext } from '$lib/domain/submission';
import { Outcome } from '$lib/domain/verdict';
import type { CallResult, RunnerClient } from '$lib/runner/page/client';
import { confirmedTwice } from '$lib/tutor/twice';

/** The kernel ends a claim after two runs of 2 s; past this the interpreter itself is stuck. */
const verifyTimeoutMs = 6_000;

/** Where claims are tried: `spare` has other hashes, for those that may hang on the order of a set. */
export type Benches = { bench: RunnerClient; spare: RunnerClient };
/** Code as a bench takes it. */
export type Ask = { code: string; context: SubmissionContext; stdin: string[] };

/** Tries claims of one piece of code, one after the other. `undefined` once `signal` has fired. */
export function claimVerifier(
	ask: Ask,
	{ bench, spare }: Benches,
	signal: AbortSignal
): (claim: Claim) => Promise<Outcome | undefined> {
	// Asked anew after each wait; the compiler would take the first answer for the last.
	const isStopped = (): boolean => signal.aborted;
	let ordered: Promise<boolean> | undefined;
	// Where that cannot be told, it is tried. Not asked before there is a claim: the code may be what ended an interpreter.
	const isOrdered = (): Promise<boolean> =>
		(ordered ??= bench
			.call('hashes', ask, verifyTimeoutMs, signal)
			.then((hashes) => hashes.ok && hashes.value === false));
	const put = async (claim: Claim, to: RunnerClient): Promise<Outcome> =>
		outcomeOf(await to.call('verify', { claim, ...ask }, verifyTimeoutMs, signal), claim);
	return async (claim) => {
		if (isStopped()) return undefined;
		const isOnce = await isOrdered();
		if (isStopped()) return undefined;
		let outcome = await put(claim, bench);
		if (outcome.kind === 'confirmed' && !isOnce) outcome = confirmedTwice(claim, await put(claim, spare));
		return isStopped() ? undefined : outcome;
	};
}

function outcomeOf(result: CallResult, claim: Claim): Outcome {
	if (result.ok) {
		const outcome = v.safeParse(Outcome, result.value);
		if (outcome.success) return outcome.output;
		return {
			kind: 'not-checkable',
			why: 'runner-unavailable',
			detail: `The verdict on ${claim.id} has no known shape.`
		};
	}
	if (result.why === 'timed-out') return { kind: 'timed-out' };
	return { kind: 'not-checkable', why: 'runner-unavailable', detail: result.message };
}
