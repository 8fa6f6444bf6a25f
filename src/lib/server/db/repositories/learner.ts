import type { LearnerId } from '$lib/domain/ids';
import type { Database } from '../client';
import { learner } from '../schema/learner';

/** Makes the learner's row where this is their first write. */
export async function ensureLearner(db: Database, id: LearnerId): Promise<void> {
	await db.insert(learner).values({ id }).onConflictDoNothing();
}
