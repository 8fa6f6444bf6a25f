import type { Claim } from '$lib/domain/claim';
import { claimsOf } from '$lib/domain/explanation';
import type { GenerationStatus } from '$lib/domain/generation';
import { parseProbe } from '$lib/domain/probe-grammar';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Verdict } from '$lib/domain/verdict';
import { advance, type ExplanationView } from '$lib/tutor/assemble';

/** Events that one log may hold: verdicts may be renewed for ever, and a log is read whole. */
export const maxLogLength = 10_000;

/** Why an event may not stand at the end of a log, or undefined where it may. */
export type Objection = { code: 'conflict' | 'invalid-body'; message: string };

/**
 * What may come next. The assembler ignores what makes no sense, so that a reader never breaks; here it is refused, so that
 * what is stored is what was shown.
 */
export function objectionTo(event: TutorEvent, view: ExplanationView): Objection | undefined {
	if (view.status === 'empty') {
		return event.type === 'explanation-start'
			? undefined
			: { code: 'conflict', message: 'A log begins with explanation-start.' };
	}
	if (event.type === 'explanation-start') return { code: 'conflict', message: 'This log has begun already.' };
	if (view.status === 'failed')
		return { code: 'conflict', message: 'This explanation has failed and is closed.' };
	if (event.type === 'verdict') return objectionToVerdict(event.verdict, view);
	if (view.status === 'complete') {
		return { code: 'conflict', message: 'This explanation is complete; only verdicts may follow.' };
	}
	if (event.type === 'explanation-end' || event.type === 'explanation-error') return undefined;
	// Anything else must have an effect; the assembler gives back the same view where it has none.
	return advance(view, event) === view
		? {
				code: 'invalid-body',
				message: `This ${event.type} has no place in the log: see the events before it.`
			}
		: undefined;
}

function objectionToVerdict(verdict: Verdict, view: ExplanationView): Objection | undefined {
	if (verdict.by !== 'browser') {
		return { code: 'invalid-body', message: 'A browser can only speak for itself: by must be "browser".' };
	}
	const claim = claimNamed(view, verdict.claimId);
	if (claim === undefined)
		return { code: 'invalid-body', message: 'There is no such claim in this explanation.' };
	if (verdict.outcome.kind === 'confirmed' && !parseProbe(claim.probe, undefined).ok) {
		return {
			code: 'invalid-body',
			message: 'What its probe says cannot be run, so it cannot have been confirmed.'
		};
	}
	return undefined;
}

const claimNamed = (view: ExplanationView, id: Verdict['claimId']): Claim | undefined =>
	claimsOf(view).find((claim) => claim.id === id);

/** A generation's status once its log shows this. */
export function statusOf(view: ExplanationView): GenerationStatus {
	switch (view.status) {
		case 'complete':
			return 'complete';
		case 'failed':
			return view.error?.kind === 'interrupted' ? 'interrupted' : 'failed';
		case 'empty':
		case 'running':
			return 'running';
	}
}
