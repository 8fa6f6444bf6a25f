import * as v from 'valibot';
import type { Claim } from '$lib/domain/claim';
import { Explanation } from '$lib/domain/explanation';
import type { Submission } from '$lib/domain/submission';
import { Outcome } from '$lib/domain/verdict';
import type { NodePool } from '$lib/runner/node/pool';
import { confirmedTwice } from '$lib/tutor/twice';

/** Where the server tries code itself: for readers without a browser, and for explanations that a model leaves unfinished. */
export type ServerBench = {
	/** By the built-in explainer; undefined where Python does not start here, or cannot say anything. */
	explain(submission: Submission, signal: AbortSignal): Promise<Explanation | undefined>;
	/** What running the code says of each claim, as it is found out. Where Python does not start here nothing is said. */
	verify(
		submission: Submission,
		claims: readonly Claim[],
		signal: AbortSignal
	): AsyncGenerator<{ readonly claim: Claim; readonly outcome: Outcome }>;
	close(): Promise<void>;
};

type Call = ReturnType<NodePool['group']>['call'];
type CallMethod = Parameters<Call>[0];
type CallResult = Awaited<ReturnType<Call>>;

/** The part of a pool that is used here. */
export type BenchPool = {
	group(signal: AbortSignal): Pick<ReturnType<NodePool['group']>, 'call' | 'addFiles' | 'close'>;
	close(): Promise<void>;
};

export type BenchTools = {
	readonly usual: () => BenchPool;
	/** Of interpreters with other hashes, for what may hang on the order of a set. */
	readonly other: () => BenchPool;
	/** The data files that lie beside the code. */
	readonly filesOf: (submission: Submission) => Promise<readonly { name: string; bytes: Uint8Array }[]>;
};

/** As on the page; a new process starts within these, too. */
const explainTimeoutMs = 25_000;
const startTimeoutMs = 20_000;
/** The kernel ends a claim after two runs of 2 s; past this the interpreter itself is stuck. */
const verifyTimeoutMs = 6_000;

export function createServerBench({ usual, other, filesOf }: BenchTools): ServerBench {
	const opened = new Set<BenchPool>();
	async function open(poolOf: () => BenchPool, submission: Submission, signal: AbortSignal) {
		const pool = poolOf();
		opened.add(pool);
		const group = pool.group(signal);
		const files = await filesOf(submission);
		if (files.length > 0) group.addFiles(files);
		return {
			call: (method: CallMethod, params: object, timeoutMs: number): Promise<CallResult> =>
				group.call(method, params, timeoutMs, signal),
			close: () => group.close()
		};
	}
	const asked = ({ code, context, stdin }: Submission) => ({ code, context, stdin });

	return {
		async explain(submission, signal) {
			const bench = await open(usual, submission, signal);
			const ask = asked(submission);
			try {
				let answer = await bench.call('explain', ask, explainTimeoutMs);
				// Code that ends the interpreter is explained by another one, which does not run it.
				if (!answer.ok && (answer.why === 'crashed' || answer.why === 'timed-out'))
					answer = await bench.call('explain', { ...ask, unrun: answer.why }, explainTimeoutMs);
				const parsed = v.safeParse(Explanation, answer.ok ? answer.value : undefined);
				return parsed.success ? parsed.output : undefined;
			} finally {
				bench.close();
			}
		},
		async *verify(submission, claims, signal) {
			if (claims.length === 0) return;
			const bench = await open(usual, submission, signal);
			let spare: Awaited<ReturnType<typeof open>> | undefined;
			const ask = asked(submission);
			try {
				// A process that does not start says nothing of the code.
				if (!(await bench.call('version', {}, startTimeoutMs)).ok) return;
				const hashes = await bench.call('hashes', ask, verifyTimeoutMs);
				// Where that cannot be told, it is tried.
				const isOrdered = hashes.ok && hashes.value === false;
				for (const claim of claims) {
					let outcome = outcomeOf(await bench.call('verify', { claim, ...ask }, verifyTimeoutMs));
					if (outcome?.kind === 'confirmed' && !isOrdered) {
						if (spare === undefined) {
							spare = await open(other, submission, signal);
							await spare.call('version', {}, startTimeoutMs);
						}
						const again = outcomeOf(await spare.call('verify', { claim, ...ask }, verifyTimeoutMs));
						outcome = again === undefined ? undefined : confirmedTwice(claim, again);
					}
					if (outcome !== undefined) yield { claim, outcome };
				}
			} finally {
				bench.close();
				spare?.close();
			}
		},
		async close() {
			await Promise.all([...opened].map((pool) => pool.close()));
		}
	};
}

/** Undefined where nothing was found out. */
function outcomeOf(result: CallResult): Outcome | undefined {
	if (!result.ok) return result.why === 'timed-out' ? { kind: 'timed-out' } : undefined;
	const outcome = v.safeParse(Outcome, result.value);
	return outcome.success ? outcome.output : undefined;
}
