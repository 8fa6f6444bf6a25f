import { and, eq } from 'drizzle-orm';
import type { Explanation } from '$lib/domain/explanation';
import type { ExplanationId, GenerationId, LearnerId } from '$lib/domain/ids';
import type { Database } from '../client';
import { explanation } from '../schema/explanation';
import { generation } from '../schema/generation';
import { submission } from '../schema/submission';

type NewExplanation = {
	id: ExplanationId;
	generationId: GenerationId;
	python: string;
	document: Explanation;
};

/** Keeps an explanation; false where its id is taken. */
export async function insertExplanation(db: Database, content: NewExplanation): Promise<boolean> {
	const rows = await db
		.insert(explanation)
		.values(content)
		.onConflictDoNothing({ target: explanation.id })
		.returning({ id: explanation.id });
	return rows.length > 0;
}

/** Whose explanation it is; undefined where there is none that this learner may know of. */
export async function selectExplanationOwner(
	db: Database,
	learnerId: LearnerId,
	id: ExplanationId
): Promise<{ id: ExplanationId; learnerId: LearnerId } | undefined> {
	const [row] = await db
		.select({ id: explanation.id, learnerId: submission.learnerId })
		.from(explanation)
		.innerJoin(generation, eq(generation.id, explanation.generationId))
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.where(and(eq(explanation.id, id), eq(submission.learnerId, learnerId)));
	return row;
}
