import * as v from 'valibot';
import { askModel, giveVerdicts, loadOpenGenerations, loadTutor, stopGeneration } from '$lib/api/model-calls';
import { followLog } from '$lib/api/follow-log';
import type { ApiFailure, Fetch } from '$lib/api/request';
import type { Claim } from '$lib/domain/claim';
import { ExplainRequest } from '$lib/domain/explain-request';
import { Facts } from '$lib/domain/facts';
import type { GenerationStatus } from '$lib/domain/generation';
import { newGenerationId, type ClaimId, type GenerationId } from '$lib/domain/ids';
import type { NewSubmission } from '$lib/domain/submission';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { claimVerifier, type Ask, type Benches } from './claim-verifier';

/** Gathering facts bounds itself; this is for an interpreter that hangs all the same. */
const factsTimeoutMs = 10_000;

/** A server that was told to stop says so in the log, at once; one that does not answer is not waited for. */
const stoppingMs = 3_000;

/** `not-asked`: nothing has been written, and the built-in explainer has all the work. `stopped`: whether the server heard of it or not. */
export type ModelEnd =
	| { readonly kind: 'not-asked'; readonly failure?: ApiFailure }
	| { readonly kind: 'ended'; readonly status: GenerationStatus }
	| { readonly kind: 'lost'; readonly failure?: ApiFailure }
	| { readonly kind: 'stopped' | 'left' };

export type ModelTools = {
	readonly fetcher: Fetch;
	readonly benches: Benches;
	/** The learner wants no more of it: the server is told to stop. */
	readonly signal: AbortSignal;
	/** The page goes, and only that: the server writes on, for when it comes back. */
	readonly left: AbortSignal;
	readonly wait: (ms: number) => Promise<void>;
	readonly tell: (event: TutorEvent) => void;
	/** So many wait before this one; `undefined` once its turn has come. */
	readonly onplace: (before: number | undefined) => void;
};

/** Asks the server's model, and sees its answer through: each claim is tried on the benches as soon as it is there. */
export async function explainByModel(
	{ submission, python, again }: { submission: NewSubmission; python: string; again: boolean },
	tools: ModelTools
): Promise<ModelEnd> {
	const { fetcher, benches, signal, left } = tools;
	const { code, context, stdin } = submission;
	const ask = { code, context, stdin };
	const found = await benches.bench.call('facts', ask, factsTimeoutMs, AbortSignal.any([signal, left]));
	if (left.aborted) return { kind: 'left' };
	if (signal.aborted) return { kind: 'stopped' };
	const facts = found.ok ? v.safeParse(Facts, found.value) : undefined;
	const id = newGenerationId();
	const whole = { id, submission, python, ...(again ? { again } : {}) };
	const withFacts = v.safeParse(ExplainRequest, { ...whole, facts: facts?.output });
	// Facts that are too long are left out: the prompt has room for a part of them anyway.
	const request = facts?.success === true && withFacts.success ? withFacts.output : whole;
	const begun = await askModel(fetcher, request);
	if (!begun.ok) return { kind: 'not-asked', failure: begun.failure };
	return followModel(id, ask, tools);
}

/** Follows what a server writes already: after a reload, and from `explainByModel`. */
export async function followModel(
	id: GenerationId,
	ask: Ask,
	{ fetcher, benches, signal, left, wait, tell, onplace }: ModelTools
): Promise<ModelEnd> {
	const over = new AbortController();
	let patience: ReturnType<typeof setTimeout> | undefined;
	const stop = (): void => {
		void stopGeneration(fetcher, id);
		patience = setTimeout(() => over.abort(), stoppingMs);
	};
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	const verify = claimVerifier(ask, benches, AbortSignal.any([signal, left]));
	const known = new Set<ClaimId>();
	let trying = Promise.resolve();
	const tryClaim = (claim: Claim): void => {
		trying = trying.then(async () => {
			// The log may have a verdict already: it is followed from its start.
			if (known.has(claim.id)) return;
			const outcome = await verify(claim);
			if (outcome === undefined) return;
			const verdict = { claimId: claim.id, by: 'browser', outcome } as const;
			tell({ type: 'verdict', verdict });
			await giveVerdicts(fetcher, id, { verdicts: [verdict] });
		});
	};
	try {
		const gone = AbortSignal.any([over.signal, left]);
		for await (const part of followLog(fetcher, id, { signal: gone, wait })) {
			if (part.type === 'failed') return { kind: 'lost', failure: part.failure };
			if (part.type === 'place') onplace(part.before);
			if (part.type === 'end') {
				await trying;
				return { kind: 'ended', status: part.status };
			}
			if (part.type !== 'event') continue;
			onplace(undefined);
			const { event } = part;
			tell(event);
			if (event.type === 'verdict' && event.verdict.by === 'browser') known.add(event.verdict.claimId);
			else if (event.type === 'claim') tryClaim(event.claim);
			else if (event.type === 'replacement' && event.claim !== undefined) tryClaim(event.claim);
		}
		return { kind: left.aborted ? 'left' : 'stopped' };
	} finally {
		clearTimeout(patience);
		signal.removeEventListener('abort', stop);
		over.abort();
	}
}

/** What servers still write for this learner. */
export const openGenerations = loadOpenGenerations;

/** The id of the model that explains on the server just now; undefined where none does. */
export async function currentModel(fetcher: Fetch): Promise<string | undefined> {
	const state = await loadTutor(fetcher);
	return state.ok && state.value.state === 'ready' ? state.value.tutor.model : undefined;
}
