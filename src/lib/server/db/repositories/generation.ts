import { and, desc, eq, getTableColumns, gt, inArray, lt, sql } from 'drizzle-orm';
import type { GenerationStatus, NewGeneration } from '$lib/domain/generation';
import type { CellId, ExplanationId, GenerationId, LearnerId, LessonId } from '$lib/domain/ids';
import type { Database } from '../client';
import { explanation } from '../schema/explanation';
import { generation } from '../schema/generation';
import { rating } from '../schema/rating';
import { submission } from '../schema/submission';

export type GenerationRow = typeof generation.$inferSelect & { learnerId: LearnerId };

/** Keeps a generation; false where one with this id exists already, whoever's it is. */
export async function insertGeneration(db: Database, content: NewGeneration): Promise<boolean> {
	const rows = await db
		.insert(generation)
		.values(content)
		.onConflictDoNothing({ target: generation.id })
		.returning({ id: generation.id });
	return rows.length > 0;
}

const ownRow = (db: Database, learnerId: LearnerId, id: GenerationId) =>
	db
		.select({ ...getTableColumns(generation), learnerId: submission.learnerId })
		.from(generation)
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.where(and(eq(generation.id, id), eq(submission.learnerId, learnerId)));

export async function selectGeneration(
	db: Database,
	learnerId: LearnerId,
	id: GenerationId
): Promise<GenerationRow | undefined> {
	const [row] = await ownRow(db, learnerId, id);
	return row;
}

/** Inside a transaction: nobody else appends to this log until it ends. */
export async function lockGeneration(
	db: Database,
	learnerId: LearnerId,
	id: GenerationId
): Promise<GenerationRow | undefined> {
	const [row] = await ownRow(db, learnerId, id).for('update', { of: generation });
	return row;
}

export async function updateGeneration(
	db: Database,
	id: GenerationId,
	change: { status: GenerationStatus; nextSeq: number }
): Promise<void> {
	await db
		.update(generation)
		.set({ ...change, updatedAt: sql`now()` })
		.where(eq(generation.id, id));
}

/** Browsers' running logs that have not grown for `idleSeconds` become interrupted: all of them, or one learner's. */
export async function interruptIdle(db: Database, idleSeconds: number, learnerId?: LearnerId): Promise<void> {
	const theirs =
		learnerId === undefined
			? undefined
			: inArray(
					generation.submissionId,
					db.select({ id: submission.id }).from(submission).where(eq(submission.learnerId, learnerId))
				);
	await db
		.update(generation)
		.set({ status: 'interrupted' })
		.where(
			and(
				eq(generation.status, 'running'),
				eq(generation.origin, 'browser'),
				lt(generation.updatedAt, sql`now() - make_interval(secs => ${idleSeconds})`),
				theirs
			)
		);
}

export type ShownGeneration = {
	cellId: CellId;
	generationId: GenerationId;
	status: GenerationStatus;
	code: string;
	modelId: string;
	explanationId: ExplanationId | null;
	rating: Pick<typeof rating.$inferSelect, 'value' | 'reasons' | 'comment' | 'sections'> | null;
};

/**
 * What each cell shows, with the learner's own rating: its newest complete generation; where none is complete, the newest that
 * has any event. A newer one that is not complete stays hidden, whether it runs, failed or was interrupted: a reload in the
 * middle of an explanation took the earlier one away, with its rating.
 */
export async function selectShownGenerations(
	db: Database,
	learnerId: LearnerId,
	lessonId: LessonId
): Promise<ShownGeneration[]> {
	return db
		.selectDistinctOn([submission.cellId], {
			cellId: submission.cellId,
			generationId: generation.id,
			status: generation.status,
			code: submission.code,
			modelId: generation.modelId,
			explanationId: explanation.id,
			rating: {
				value: rating.value,
				reasons: rating.reasons,
				comment: rating.comment,
				sections: rating.sections
			}
		})
		.from(generation)
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.leftJoin(explanation, eq(explanation.generationId, generation.id))
		.leftJoin(rating, and(eq(rating.explanationId, explanation.id), eq(rating.learnerId, learnerId)))
		.where(
			and(eq(submission.learnerId, learnerId), eq(submission.lessonId, lessonId), gt(generation.nextSeq, 0))
		)
		.orderBy(
			submission.cellId,
			desc(sql`${generation.status} = 'complete'`),
			desc(generation.createdAt),
			desc(generation.id)
		);
}
