import { and, eq, sql } from 'drizzle-orm';
import type { ExplanationId, LearnerId } from '$lib/domain/ids';
import type { Rating } from '$lib/domain/rating';
import type { Database } from '../client';
import { rating } from '../schema/rating';

/** Keeps a rating; an earlier one of the same learner and explanation is replaced. */
export async function upsertRating(db: Database, content: Rating): Promise<void> {
	const values = {
		value: content.value,
		reasons: content.reasons,
		comment: content.comment ?? null,
		sections: content.sections ?? null
	};
	await db
		.insert(rating)
		.values({ explanationId: content.explanationId, learnerId: content.learnerId, ...values })
		.onConflictDoUpdate({
			target: [rating.explanationId, rating.learnerId],
			set: { ...values, updatedAt: sql`now()` }
		});
}

export async function deleteRating(
	db: Database,
	learnerId: LearnerId,
	explanationId: ExplanationId
): Promise<void> {
	await db
		.delete(rating)
		.where(and(eq(rating.explanationId, explanationId), eq(rating.learnerId, learnerId)));
}
