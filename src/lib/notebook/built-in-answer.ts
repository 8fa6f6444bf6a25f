import * as v from 'valibot';
import { claimsOf, Explanation } from '$lib/domain/explanation';
import type { ExplanationId } from '$lib/domain/ids';
import type { SubmissionContext } from '$lib/domain/submission';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { failureOf } from '$lib/tutor/failure';
import { eventsOf } from '$lib/tutor/narrate';
import { runElseUnrun } from '$lib/tutor/run-else-unrun';
import { claimVerifier, type Benches } from './claim-verifier';

/** Gathering facts and writing bounds itself; this is for an interpreter that hangs all the same. */
const explainTimeoutMs = 20_000;

/** The code as it is explained: what ran before it, and the lines that it reads. */
export type Asked = { code: string; context: SubmissionContext; stdin: string[] };

/** The built-in explainer's answer, from its first event to its last: written on the bench, and every claim in it tried there. */
export async function explainBuiltIn(
	ask: Asked,
	head: { explanationId: ExplanationId; python: string },
	benches: Benches,
	tell: (event: TutorEvent) => void,
	signal: AbortSignal
): Promise<void> {
	const answer = await runElseUnrun((unrun) =>
		benches.bench.call('explain', { ...ask, ...unrun }, explainTimeoutMs, signal)
	);
	const explanation = answer.ok ? v.safeParse(Explanation, answer.value) : undefined;
	if (explanation?.success) {
		for (const event of eventsOf(explanation.output, head)) tell(event);
		const verify = claimVerifier(ask, benches, signal);
		for (const claim of claimsOf(explanation.output)) {
			const outcome = await verify(claim);
			if (outcome === undefined) break;
			tell({ type: 'verdict', verdict: { claimId: claim.id, by: 'browser', outcome } });
		}
	}
	// A log that has no explanation in it still says whose it would have been.
	else tell({ type: 'explanation-start', ...head });
	if (signal.aborted) tell({ type: 'explanation-error', error: 'stopped', detail: '' });
	else if (explanation?.success) tell({ type: 'explanation-end' });
	else tell(failureOf(answer));
}
