import { and, eq, isNull, ne, or, sql } from 'drizzle-orm';
import type { ChangeConsent, Consent } from '$lib/domain/consent';
import type { LearnerId } from '$lib/domain/ids';
import type { MyDataExport } from '$lib/domain/my-data';
import type { Database } from '../client';
import { learner } from '../schema/learner';

/** Makes the learner's row where this is their first write. */
export async function ensureLearner(db: Database, id: LearnerId): Promise<void> {
	await db.insert(learner).values({ id }).onConflictDoNothing();
}

/** Keeps an answer to the question of consent. The same answer to the same text keeps the time of the first. */
export async function updateConsent(db: Database, id: LearnerId, change: ChangeConsent): Promise<void> {
	const given = change.state === 'given';
	await db
		.update(learner)
		.set({
			consentTraining: given,
			consentTrainingAt: sql`now()`,
			consentTrainingWording: change.wording
		})
		.where(
			and(
				eq(learner.id, id),
				or(
					isNull(learner.consentTrainingAt),
					ne(learner.consentTraining, given),
					ne(learner.consentTrainingWording, change.wording)
				)
			)
		);
}

/** A learner who never left anything was never asked. */
export async function selectConsent(db: Database, id: LearnerId): Promise<Consent> {
	const [row] = await db.select().from(learner).where(eq(learner.id, id));
	return row === undefined ? { state: 'not-asked' } : consentOf(row);
}

function consentOf(row: typeof learner.$inferSelect): Consent {
	const { consentTraining, consentTrainingAt: at, consentTrainingWording: wording } = row;
	if (at === null || wording === null) return { state: 'not-asked' };
	return { state: consentTraining ? 'given' : 'refused', at: at.toISOString(), wording };
}

/** What is known about a learner beside their work. */
export async function selectLearner(db: Database, id: LearnerId): Promise<MyDataExport['learner']> {
	const [row] = await db.select().from(learner).where(eq(learner.id, id));
	return row === undefined
		? { id, consent: { state: 'not-asked' } }
		: { id, since: row.createdAt.toISOString(), consent: consentOf(row) };
}

/** Deletes a learner. Their work goes with them in the same statement: every table of it refers to this one, and cascades. */
export async function deleteLearner(db: Database, id: LearnerId): Promise<void> {
	await db.delete(learner).where(eq(learner.id, id));
}
