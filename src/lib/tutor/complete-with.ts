import { claimIdPattern } from '$lib/domain/ids';
import * as v from 'valibot';
import type { Claim } from '$lib/domain/claim';
import { claimsOf, type Explanation, type Prose, type Step } from '$lib/domain/explanation';
import { ClaimId } from '$lib/domain/ids';
import type { ClaimPlace, TutorEvent } from '$lib/domain/tutor-event';
import type { ExplanationView } from './assemble';

const maxText = 10_000;
const maxClaims = 50;
const maxSteps = 200;

/**
 * The events that bring an explanation to its end which its writer has left in the middle: what is there stays, and each section that
 * has not ended gets what the built-in explainer says in it. Steps go on behind the last line that was explained; a
 * step that breaks off in its sentence keeps its words, and does not count. With these
 * events every section has ended; the caller adds `explanation-end`.
 */
export function completedBy(view: ExplanationView, builtIn: Explanation): TutorEvent[] {
	const renamed = withFreeIds(builtIn, new Set(claimsOf(view).map(({ id }) => id)));
	const events: TutorEvent[] = [];
	const open = (section: keyof typeof view.sections): boolean => {
		if (view.sections[section] === 'done') return false;
		if (view.sections[section] === 'waiting') events.push({ type: 'section-start', section });
		return true;
	};
	const claims = (place: ClaimPlace, given: readonly Claim[], there: number): void => {
		for (const claim of given.slice(0, Math.max(0, maxClaims - there)))
			events.push({ type: 'claim', place, claim });
	};

	if (open('purpose')) {
		// The cut sentence reads as such, and the next one begins on a line of its own.
		const text = `${view.purpose.text === '' ? '' : ' …\n'}${renamed.purpose.text}`;
		if (view.purpose.text.length + text.length <= maxText) {
			events.push({ type: 'section-delta', delta: { section: 'purpose', text } });
			claims({ section: 'purpose' }, renamed.purpose.claims, view.purpose.claims.length);
		}
		events.push({ type: 'section-end', section: 'purpose' });
	}
	if (open('steps')) {
		const last = view.steps.at(-1);
		const isCut =
			last !== undefined && last.text.length + 2 <= maxText && !/[.!?…][\s"'’”)`]*$/.test(last.text);
		if (isCut) {
			const { from, to } = last;
			const delta = { section: 'steps', step: view.steps.length - 1, from, to, text: ' …' } as const;
			events.push({ type: 'section-delta', delta });
		}
		// Its lines are explained once more, to the end.
		const explained = isCut ? view.steps.slice(0, -1) : view.steps;
		const explainedTo = Math.max(0, ...explained.map(({ to }) => to));
		const rest = renamed.steps.filter(({ from }) => from > explainedTo);
		for (const [index, step] of rest.slice(0, maxSteps - view.steps.length).entries()) {
			const { from, to, text } = step;
			const number = view.steps.length + index;
			events.push({ type: 'section-delta', delta: { section: 'steps', step: number, from, to, text } });
			claims({ section: 'steps', step: number }, step.claims, 0);
		}
		events.push({ type: 'section-end', section: 'steps' });
	}
	if (open('examples')) {
		const note = renamed.notes?.examples;
		if (note !== undefined && view.examples.length + renamed.examples.length === 0) {
			events.push({ type: 'section-delta', delta: { section: 'examples', note } });
		}
		claims({ section: 'examples' }, unsaid(renamed.examples, view.examples), view.examples.length);
		events.push({ type: 'section-end', section: 'examples' });
	}
	if (open('edgeCases')) {
		const note = renamed.notes?.edgeCases;
		if (note !== undefined && view.edgeCases.length + renamed.edgeCases.length === 0) {
			events.push({ type: 'section-delta', delta: { section: 'edgeCases', note } });
		}
		const said = view.edgeCases.map(({ claim }) => claim);
		const more = renamed.edgeCases.filter(({ claim }) => unsaid([claim], said).length > 0);
		for (const { claim, why } of more.slice(0, Math.max(0, maxClaims - said.length))) {
			events.push({ type: 'claim', place: { section: 'edgeCases', why }, claim });
		}
		events.push({ type: 'section-end', section: 'edgeCases' });
	}
	return events;
}

/** Claims that ask something which none of those already does. */
function unsaid(claims: readonly Claim[], said: readonly Claim[]): Claim[] {
	const question = ({ kind, probe }: Claim): string =>
		JSON.stringify([kind, probe.setup, probe.call, probe.stdin]);
	const asked = new Set(said.map(question));
	return claims.filter((claim) => !asked.has(question(claim)));
}

/** The same explanation, with other ids, in its slots too, where these are taken. */
function withFreeIds(explanation: Explanation, taken: ReadonlySet<string>): Explanation {
	const ids = new Set<string>([...taken, ...claimsOf(explanation).map(({ id }) => id)]);
	const names = new Map<string, ClaimId>();
	for (const { id } of claimsOf(explanation)) {
		if (!taken.has(id)) continue;
		let number = 1;
		while (ids.has(`own-${number}`)) number += 1;
		ids.add(`own-${number}`);
		names.set(id, v.parse(ClaimId, `own-${number}`));
	}
	const claim = (given: Claim): Claim => ({ ...given, id: names.get(given.id) ?? given.id });
	const slots = new RegExp(`\\{(${claimIdPattern.source.replace(/^\^|\$$/g, '')})\\}`, 'g');
	const prose = <T extends Prose | Step>(given: T): T => ({
		...given,
		// A slot is one only where this prose has the claim.
		text: given.text.replace(slots, (slot, id: string) => {
			const name = given.claims.some((each) => each.id === id) ? names.get(id) : undefined;
			return name === undefined ? slot : `{${name}}`;
		}),
		claims: given.claims.map(claim)
	});
	return {
		...explanation,
		purpose: prose(explanation.purpose),
		steps: explanation.steps.map(prose),
		examples: explanation.examples.map(claim),
		edgeCases: explanation.edgeCases.map(({ claim: given, why }) => ({ claim: claim(given), why }))
	};
}
