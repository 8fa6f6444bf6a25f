import * as v from 'valibot';
import type { Claim } from '$lib/domain/claim';
import { Outcome } from '$lib/domain/verdict';
import { createNodePool, type NodePool } from '$lib/runner/node/pool';
import type { CallMethod, CallResult } from '$lib/runner/protocol';
import { confirmedTwice } from '$lib/tutor/twice';

/** Where programs are tried, as the page's bench does it, one at a time. */
export type Bench = {
	/** Resolves when Python is there and warm, so that its start is not counted as somebody's work. */
	ready(): Promise<void>;
	call(method: CallMethod, params: object, timeoutMs: number): Promise<CallResult>;
	/** Whether each claim about `code` holds, in their order. */
	verdicts(code: string, claims: readonly Claim[]): Promise<Outcome[]>;
};

export type Benches = {
	/** The version of Python that runs there. */
	readonly python: string;
	open(): Bench;
	close(): Promise<void>;
};

/** The kernel ends a claim after two runs of 2 s; past this the interpreter itself is stuck. */
const verifyTimeoutMs = 6_000;
const startTimeoutMs = 90_000;
const warmUp =
	'def count(items):\n    n = 0\n    for item in items:\n        if item:\n            n += 1\n    return n\n';

/** Starts `jobs` interpreters, and as many with other hashes where a claim needs one. Rejects where Python does not start. */
export async function openBenches(folder: string, jobs: number, signal: AbortSignal): Promise<Benches> {
	const pool = createNodePool({ folder, size: jobs, warm: jobs });
	let other: NodePool | undefined;
	const state = await pool.state();
	if (!state.ok) {
		await pool.close();
		throw new Error(`Python does not start on this machine: ${state.message}`);
	}
	const openOther = (): NodePool =>
		(other ??= createNodePool({ folder, size: jobs, warm: 0, snapshot: 'other' }));
	return {
		python: state.python,
		open: () => openBench(pool, openOther, signal),
		async close() {
			await Promise.all([pool.close(), other?.close()]);
		}
	};
}

function openBench(pool: NodePool, other: () => NodePool, signal: AbortSignal): Bench {
	// What a new interpreter does first, it does slowly; and who explains looks at the clock.
	let isCold = true;
	const group = pool.group(signal, { restarted: () => void (isCold = true) });
	let spare: ReturnType<NodePool['group']> | undefined;
	const call: Bench['call'] = (method, params, timeoutMs) => group.call(method, params, timeoutMs, signal);
	return {
		async ready() {
			if (!isCold) return;
			isCold = false;
			await call('explain', { code: warmUp, context: [], stdin: [] }, startTimeoutMs);
		},
		call,
		async verdicts(code, claims) {
			const ask = { code, context: [], stdin: [] };
			const hashes = await call('hashes', ask, verifyTimeoutMs);
			// Where that cannot be told, it is tried.
			const isOrdered = hashes.ok && hashes.value === false;
			const outcomes: Outcome[] = [];
			for (const claim of claims) {
				const params = { claim, ...ask };
				let outcome = outcomeOf(await call('verify', params, verifyTimeoutMs));
				if (outcome.kind === 'confirmed' && !isOrdered) {
					spare ??= other().group(signal);
					await spare.call('version', {}, startTimeoutMs, signal);
					const again = await spare.call('verify', params, verifyTimeoutMs, signal);
					outcome = confirmedTwice(claim, outcomeOf(again));
				}
				outcomes.push(outcome);
			}
			return outcomes;
		}
	};
}

function outcomeOf(result: CallResult): Outcome {
	if (!result.ok)
		return result.why === 'timed-out'
			? { kind: 'timed-out' }
			: { kind: 'not-checkable', why: 'runner-unavailable', detail: result.message };
	const outcome = v.safeParse(Outcome, result.value);
	if (outcome.success) return outcome.output;
	return {
		kind: 'not-checkable',
		why: 'runner-unavailable',
		detail: 'The verdict has no known shape.'
	};
}
