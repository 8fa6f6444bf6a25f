import type { Claim } from '$lib/domain/claim';
import type { Section } from '$lib/domain/explanation';
import type { NewRating } from '$lib/domain/rating';
import type { Outcome } from '$lib/domain/verdict';
import type { TryItem } from './try-answer';

/** What an explanation looks like to the components that draw it: everything already worked out. */
export type ClaimStatus = Outcome | { kind: 'checking' } | { kind: 'not-checked' };

/** `refuted`: claims that stood here before, and that runs refuted. `isWhyUnchecked`: `why` states a value that was not run. */
export type ClaimItem = {
	claim: Claim;
	status: ClaimStatus;
	why?: string;
	isWhyUnchecked?: true;
	refuted?: ClaimItem[];
};

export type ProsePart =
	{ kind: 'text'; text: string } | { kind: 'code'; text: string } | { kind: 'slot'; item: ClaimItem };

/** `unchecked`: the sentence states a value that no claim stands behind. */
export type Sentence = { unchecked: boolean; parts: ProsePart[] };

export type StepItem = { from: number; to: number; sentences: Sentence[] };

export type ExplanationItem = {
	author: string;
	/** A model wrote it, or began it. */
	isModel: boolean;
	purpose: Sentence[];
	steps: StepItem[];
	examples: ClaimItem[];
	edgeCases: ClaimItem[];
	notes: { examples?: string | undefined; edgeCases?: string | undefined };
	/** Sections that have begun; the others are still to come. */
	begun: Record<Section, boolean>;
	progress: { checked: number; confirmed: number; all: number };
	running: boolean;
	stale: boolean;
	/** Why there is no more of it, where there is not. */
	trouble: string | undefined;
	/** That was the learner's own wish. */
	isStopped: boolean;
	/** The model is still at it: more may come. */
	isWriting: boolean;
	/** It waits for its turn, and so many explanations wait before it. */
	waitsFor: number | undefined;
	/** Where the text comes from, beyond its author. */
	remark: string | undefined;
	/** The model had answered the same before. */
	isRecalled: boolean;
};

/** What can be done with an explanation and the claims in it. */
export type ExplanationActions = {
	/** All of it, to be pasted elsewhere. */
	text: (format: 'markdown' | 'mdx') => string;
	/** A claim as Python that fails where it is not true; `undefined` where no statement can say it. */
	assertion: (claim: Claim) => string | undefined;
	/** Runs what a claim is about where the learner sees it; not offered once the code is another. */
	run: ((claim: Claim) => void) | undefined;
	/** Calls that learners try themselves; not offered where there is nothing to call. */
	tries: { items: TryItem[]; example: string; ask: (call: string) => void } | undefined;
};

export type RatingItem = {
	/** Which explanation it is of: what was filled in for one is not for another. */
	of: string | undefined;
	said: NewRating | undefined;
	/** The server has not heard of it yet, and does not answer. */
	waits: boolean;
	/** Only a stored explanation can be rated. */
	possible: boolean;
	trouble: string | undefined;
};
