import * as v from 'valibot';
import { assertNever } from '$lib/domain/assert-never';
import type { Claim } from '$lib/domain/claim';
import {
	claimsOf,
	Explanation,
	type EdgeCase,
	type Prose,
	type Section,
	type Step
} from '$lib/domain/explanation';
import type { ClaimId, ExplanationId } from '$lib/domain/ids';
import type { ClaimPlace, TutorEvent } from '$lib/domain/tutor-event';
import type { Outcome, Verdict } from '$lib/domain/verdict';

type EventOf<Type extends TutorEvent['type']> = Extract<TutorEvent, { type: Type }>;

export type SectionState = 'waiting' | 'running' | 'done';

/** An explanation as far as its log tells. */
export type ExplanationView = {
	readonly status: 'empty' | 'running' | 'complete' | 'failed';
	readonly explanationId?: ExplanationId;
	/** The version of Python that the code is explained for. */
	readonly python?: string;
	readonly error?: { readonly kind: EventOf<'explanation-error'>['error']; readonly detail: string };
	readonly purpose: Prose;
	readonly steps: Step[];
	readonly examples: Claim[];
	readonly edgeCases: EdgeCase[];
	readonly notes: { readonly examples?: string; readonly edgeCases?: string };
	readonly sections: Readonly<Record<Section, SectionState>>;
	/** The latest verdict of each party. A map, because `constructor` is a claim id as good as any. */
	readonly verdicts: ReadonlyMap<ClaimId, readonly Verdict[]>;
	/** What stands in the place of a refuted claim, right behind it in its list; without a `claimId` nothing does. */
	readonly replacements: ReadonlyMap<ClaimId, Replacement>;
	/** What the built-in explainer added, where a model left off: everything beyond these. */
	readonly handover?: Handover;
	/** The answer is one that was kept. */
	readonly isRecalled?: true;
};

export type Replacement = { readonly by: EventOf<'replacement'>['by']; readonly claimId?: ClaimId };
export type Handover = {
	readonly why: EventOf<'handover'>['why'];
	/** How much was there: characters of the purpose, and the rest by number. */
	readonly purpose: number;
	readonly steps: number;
	readonly examples: number;
	readonly edgeCases: number;
};

export const emptyView: ExplanationView = {
	status: 'empty',
	purpose: { text: '', claims: [] },
	steps: [],
	examples: [],
	edgeCases: [],
	notes: {},
	sections: { purpose: 'waiting', steps: 'waiting', examples: 'waiting', edgeCases: 'waiting' },
	verdicts: new Map(),
	replacements: new Map()
};

/** What a generation's log shows: the one way from events to an explanation, in the browser and on the server. */
export function assemble(events: readonly TutorEvent[]): ExplanationView {
	return events.reduce(advance, emptyView);
}

/**
 * The view after one more event; the view given is left as it is.
 *
 * Never throws, whatever the order. An event about something that is not there (a verdict on an unknown claim, a claim of
 * an unknown step) changes nothing, and neither does one about something that is closed: a log played twice shows the same.
 * Two equal deltas in a row are two pieces of text, though: dropping what was sent twice is up to the log's numbers.
 * Verdicts are taken after the end too, because the server's own come later.
 */
export function advance(view: ExplanationView, event: TutorEvent): ExplanationView {
	if (event.type === 'verdict') return withVerdict(view, event.verdict);
	if (view.status === 'complete' || view.status === 'failed') return view;
	if (event.type === 'explanation-error') {
		return { ...view, status: 'failed', error: { kind: event.error, detail: event.detail } };
	}
	if (event.type === 'explanation-start') {
		return view.status === 'empty'
			? { ...view, status: 'running', explanationId: event.explanationId, python: event.python }
			: view;
	}
	if (view.status === 'empty') return view;
	switch (event.type) {
		case 'section-start':
			return view.sections[event.section] === 'waiting' ? withSection(view, event.section, 'running') : view;
		case 'section-delta':
			return isClosed(view, event.delta.section) ? view : withDelta(view, event.delta);
		case 'section-end':
			return withSection(view, event.section, 'done');
		case 'claim':
			return isClosed(view, event.place.section) || findClaim(view, event.claim.id) !== undefined
				? view
				: withClaim(view, event.place, event.claim);
		case 'replacement':
			return withReplacement(view, event);
		case 'recalled':
			return view.isRecalled === undefined ? { ...view, isRecalled: true } : view;
		case 'handover':
			return view.handover === undefined ? { ...view, handover: handoverAt(view, event.why) } : view;
		case 'explanation-end':
			return { ...view, status: 'complete' };
		default:
			return assertNever(event);
	}
}

/** The whole explanation once its log says that it is complete; `undefined` before that, and where the schema refuses it. */
export function explanationOf(view: ExplanationView): Explanation | undefined {
	if (view.status !== 'complete') return undefined;
	const { purpose, steps, examples, edgeCases, notes } = view;
	const hasNotes = notes.examples !== undefined || notes.edgeCases !== undefined;
	const parsed = v.safeParse(Explanation, {
		purpose,
		steps,
		examples,
		edgeCases,
		...(hasNotes ? { notes } : {})
	});
	return parsed.success ? parsed.output : undefined;
}

/** Every verdict that stands, in the order in which the claims are read. */
export function verdictsOf(view: ExplanationView): Verdict[] {
	return claimsOf(view).flatMap((claim) => view.verdicts.get(claim.id) ?? []);
}

/**
 * The outcome to show at a claim: the server's own run counts for more than what a browser reports.
 * `undefined`: none yet (it is being checked while the explanation runs, and was not checked when that has ended).
 */
export function outcomeOf(view: ExplanationView, claimId: ClaimId): Outcome | undefined {
	const verdicts = view.verdicts.get(claimId) ?? [];
	return (verdicts.find((verdict) => verdict.by === 'server') ?? verdicts[0])?.outcome;
}

const isClosed = (view: ExplanationView, section: Section): boolean => view.sections[section] === 'done';

const findClaim = (view: ExplanationView, id: ClaimId): Claim | undefined =>
	claimsOf(view).find((claim) => claim.id === id);

function withSection(view: ExplanationView, section: Section, state: SectionState): ExplanationView {
	return { ...view, sections: { ...view.sections, [section]: state } };
}

function withVerdict(view: ExplanationView, verdict: Verdict): ExplanationView {
	if (findClaim(view, verdict.claimId) === undefined) return view;
	const others = (view.verdicts.get(verdict.claimId) ?? []).filter(({ by }) => by !== verdict.by);
	return { ...view, verdicts: new Map(view.verdicts).set(verdict.claimId, [...others, verdict]) };
}

function withDelta(before: ExplanationView, delta: EventOf<'section-delta'>['delta']): ExplanationView {
	const view = withSection(before, delta.section, 'running');
	switch (delta.section) {
		case 'purpose':
			return { ...view, purpose: { ...view.purpose, text: view.purpose.text + delta.text } };
		case 'steps': {
			if (delta.step > view.steps.length) return before;
			const { from, to } = delta;
			const step = view.steps[delta.step] ?? { text: '', claims: [], from, to };
			return withStep(view, delta.step, { ...step, text: step.text + delta.text });
		}
		case 'examples':
			return { ...view, notes: { ...view.notes, examples: (view.notes.examples ?? '') + delta.note } };
		case 'edgeCases':
			return { ...view, notes: { ...view.notes, edgeCases: (view.notes.edgeCases ?? '') + delta.note } };
		default:
			return assertNever(delta);
	}
}

function withClaim(before: ExplanationView, place: ClaimPlace, claim: Claim): ExplanationView {
	const view = withSection(before, place.section, 'running');
	switch (place.section) {
		case 'purpose':
			return { ...view, purpose: { ...view.purpose, claims: [...view.purpose.claims, claim] } };
		case 'steps': {
			const step = view.steps[place.step];
			if (step === undefined) return before;
			return withStep(view, place.step, { ...step, claims: [...step.claims, claim] });
		}
		case 'examples':
			return { ...view, examples: [...view.examples, claim] };
		case 'edgeCases':
			return { ...view, edgeCases: [...view.edgeCases, { claim, why: place.why }] };
		default:
			return assertNever(place);
	}
}

/** Behind the refuted claim, in the same list. Nothing where that one is unknown or replaced, or the new id is taken. */
function withReplacement(view: ExplanationView, event: EventOf<'replacement'>): ExplanationView {
	const { refuted, by, claim } = event;
	if (findClaim(view, refuted) === undefined || view.replacements.has(refuted)) return view;
	const replacement: Replacement = { by, ...(claim === undefined ? {} : { claimId: claim.id }) };
	const replacements = new Map(view.replacements).set(refuted, replacement);
	if (claim === undefined) return { ...view, replacements };
	if (findClaim(view, claim.id) !== undefined) return view;
	const behind = (claims: Claim[]): Claim[] =>
		claims.flatMap((each) => (each.id === refuted ? [each, claim] : [each]));
	return {
		...view,
		replacements,
		purpose: { ...view.purpose, claims: behind(view.purpose.claims) },
		steps: view.steps.map((step) => ({ ...step, claims: behind(step.claims) })),
		examples: behind(view.examples),
		edgeCases: view.edgeCases.flatMap((each) =>
			each.claim.id === refuted ? [each, { claim, why: each.why }] : [each]
		)
	};
}

const handoverAt = (view: ExplanationView, why: Handover['why']): Handover => ({
	why,
	purpose: view.purpose.text.length,
	steps: view.steps.length,
	examples: view.examples.length,
	edgeCases: view.edgeCases.length
});

function withStep(view: ExplanationView, index: number, step: Step): ExplanationView {
	return { ...view, steps: [...view.steps.slice(0, index), step, ...view.steps.slice(index + 1)] };
}
