import * as v from 'valibot';
import { askModel, giveVerdicts, stopGeneration } from '$lib/api/calls';
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

/** `not-asked`: nothing has been written, and the built-in explainer has all the work. */
export type ModelEnd =
	| { readonly kind: 'not-asked'; readonly failure?: ApiFailure }
	| { readonly kind: 'ended'; readonly status: GenerationStatus }
	| { readonly kind: 'lost'; readonly failure?: ApiFailure };

export type ModelTools = {
	readonly fetcher: Fetch;
	readonly benches: Benches;
	/** Ends the writing, too. */
	readonly signal: AbortSignal;
	readonly wait: (ms: number) => Promise<void>;
	readonly tell: (event: TutorEvent) => void;
	/** So many are written before this one; 0 once its turn has come. */
	readonly onplace: (before: number) => void;
};

/** Asks the server's model, and sees its answer through: each claim is tried on the benches as soon as it is there. */
export async function explainByModel(
	{ submission, python, again }: { submission: NewSubmission; python: string; again: boolean },
	tools: ModelTools
): Promise<ModelEnd> {
	const { fetcher, benches, signal } = tools;
	const { code, context, stdin } = submission;
	const ask = { code, context, stdin };
	const found = await benches.bench.call('facts', ask, factsTimeoutMs, signal);
	if (signal.aborted) return { kind: 'not-asked' };
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
	{ fetcher, benches, signal, wait, tell, onplace }: ModelTools
): Promise<ModelEnd> {
	const stop = (): void => void stopGeneration(fetcher, id);
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	// The log of what was stopped still gets its end; who follows it waits no longer than this.
	const over = new AbortController();
	const verify = claimVerifier(ask, benches, signal);
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
		for await (const part of followLog(fetcher, id, { signal: over.signal, wait })) {
			if (part.type === 'failed') return { kind: 'lost', failure: part.failure };
			if (part.type === 'place') onplace(part.before);
			if (part.type === 'end') {
				await trying;
				return { kind: 'ended', status: part.status };
			}
			if (part.type !== 'event') continue;
			onplace(0);
			const { event } = part;
			tell(event);
			if (event.type === 'verdict' && event.verdict.by === 'browser') known.add(event.verdict.claimId);
			else if (event.type === 'claim') tryClaim(event.claim);
			else if (event.type === 'replacement' && event.claim !== undefined) tryClaim(event.claim);
		}
		return { kind: 'lost' };
	} finally {
		signal.removeEventListener('abort', stop);
		over.abort();
	}
}
