import { and, desc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { GenerationStatus, NewGeneration } from '$lib/domain/generation';
import type { CellId, ExplanationId, GenerationId, LearnerId, LessonId } from '$lib/domain/ids';
import type { RatingValue } from '$lib/domain/rating';
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

export type LatestGeneration = {
	cellId: CellId;
	generationId: GenerationId;
	status: GenerationStatus;
	/** Since the log last grew. */
	idleSeconds: number;
	code: string;
	modelId: string;
	explanationId: ExplanationId | null;
	rating: RatingValue | null;
};

/** The newest generation of each cell that has any event, with the learner's own rating. */
export async function selectLatestGenerations(
	db: Database,
	learnerId: LearnerId,
	lessonId: LessonId
): Promise<LatestGeneration[]> {
	return db
		.selectDistinctOn([submission.cellId], {
			cellId: submission.cellId,
			generationId: generation.id,
			status: generation.status,
			idleSeconds: sql<number>`extract(epoch from now() - ${generation.updatedAt})::float8`,
			code: submission.code,
			modelId: generation.modelId,
			explanationId: explanation.id,
			rating: rating.value
		})
		.from(generation)
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.leftJoin(explanation, eq(explanation.generationId, generation.id))
		.leftJoin(rating, and(eq(rating.explanationId, explanation.id), eq(rating.learnerId, learnerId)))
		.where(
			and(eq(submission.learnerId, learnerId), eq(submission.lessonId, lessonId), gt(generation.nextSeq, 0))
		)
		.orderBy(submission.cellId, desc(generation.createdAt), desc(generation.id));
}
