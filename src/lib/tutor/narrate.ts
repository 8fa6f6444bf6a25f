import type { Claim } from '$lib/domain/claim';
import type { Explanation, Section } from '$lib/domain/explanation';
import type { ExplanationId } from '$lib/domain/ids';
import type { ClaimPlace, TutorEvent } from '$lib/domain/tutor-event';

/** What a log's first event says. */
export type ExplanationHead = { readonly explanationId: ExplanationId; readonly python: string };

/**
 * A whole explanation told as events, the inverse of `assemble`: from `explanation-start` to the last section's end.
 * Verdicts and `explanation-end` are the caller's to add, since they come from running the claims.
 * Notes that say nothing (`notes: {}`) come back as no notes.
 */
export function eventsOf(explanation: Explanation, head: ExplanationHead): TutorEvent[] {
	const { purpose, steps, examples, edgeCases, notes } = explanation;
	return [
		{ type: 'explanation-start', ...head },
		...section('purpose', [
			{ type: 'section-delta', delta: { section: 'purpose', text: purpose.text } },
			...claimEvents({ section: 'purpose' }, purpose.claims)
		]),
		...section(
			'steps',
			steps.flatMap(({ from, to, text, claims }, step): TutorEvent[] => [
				{ type: 'section-delta', delta: { section: 'steps', step, from, to, text } },
				...claimEvents({ section: 'steps', step }, claims)
			])
		),
		...section('examples', [
			...noteEvents('examples', notes?.examples),
			...claimEvents({ section: 'examples' }, examples)
		]),
		...section('edgeCases', [
			...noteEvents('edgeCases', notes?.edgeCases),
			...edgeCases.flatMap(({ claim, why }) => claimEvents({ section: 'edgeCases', why }, [claim]))
		])
	];
}

const section = (name: Section, events: TutorEvent[]): TutorEvent[] => [
	{ type: 'section-start', section: name },
	...events,
	{ type: 'section-end', section: name }
];

const claimEvents = (place: ClaimPlace, claims: Claim[]): TutorEvent[] =>
	claims.map((claim) => ({ type: 'claim', place, claim }));

const noteEvents = (name: 'examples' | 'edgeCases', note: string | undefined): TutorEvent[] =>
	note === undefined ? [] : [{ type: 'section-delta', delta: { section: name, note } }];
