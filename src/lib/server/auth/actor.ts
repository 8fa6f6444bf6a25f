import type { LearnerId } from '$lib/domain/ids';

/** Who is acting. `nobody` is a request that has no identity at all, such as a health check. */
export type Actor = { kind: 'learner'; learnerId: LearnerId } | { kind: 'operator' } | { kind: 'nobody' };

export const nobody: Actor = { kind: 'nobody' };
