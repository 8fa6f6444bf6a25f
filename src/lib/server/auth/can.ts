import type { LearnerId } from '$lib/domain/ids';
import { refuse, type Refused } from '$lib/domain/answer';
import type { Actor } from './actor';

/** Everything that is done with what learners leave here. A new one is refused until it has its line in `learnerMay`. */
export const actions = [
	'work.read',
	'draft.save',
	'versions.read',
	'submission.create',
	'submission.read',
	'generation.start',
	'generation.read',
	'generation.stop',
	'events.append',
	'explanation.rate',
	'explanation.unrate',
	'attempt.make',
	'consent.read',
	'consent.change',
	'my-data.read',
	'my-data.export',
	'my-data.erase'
] as const;
export type Action = (typeof actions)[number];

/** What a row says about whose it is. */
export type Owned = { readonly learnerId: LearnerId };

const learnerMay: Readonly<Record<Action, 'own' | 'never'>> = {
	'work.read': 'own',
	'draft.save': 'own',
	'versions.read': 'own',
	'submission.create': 'own',
	'submission.read': 'own',
	'generation.start': 'own',
	'generation.read': 'own',
	'generation.stop': 'own',
	'events.append': 'own',
	'explanation.rate': 'own',
	'explanation.unrate': 'own',
	'attempt.make': 'own',
	'consent.read': 'own',
	'consent.change': 'own',
	'my-data.read': 'own',
	'my-data.export': 'own',
	'my-data.erase': 'own'
};

/**
 * The one place that decides who may do what. No row, no permission: whoever asks about what is not there and whoever asks
 * about another's row get the same answer. The queries filter by owner too, so that one mistake is not enough.
 */
export function can(actor: Actor, action: Action, row: Owned | undefined): boolean {
	if (row === undefined) return false;
	switch (actor.kind) {
		case 'learner':
			return learnerMay[action] === 'own' && row.learnerId === actor.learnerId;
		case 'operator':
		case 'nobody':
			return false;
	}
}

/** What concerns the whole installation and nobody's work is the operator's: who opened the link that is printed at the start. */
export const mayOperate = (actor: Actor): boolean => actor.kind === 'operator';

/** The answer to everybody else, who may well know that there is such a thing. */
export const notTheOperator: Refused = refuse('forbidden', {
	detail: 'This is for the operator: open the link for authors that the server printed when it started.'
});
