import { and, asc, count, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { GenerationStatus, OpenGenerations, TutorMode } from '$lib/domain/generation';
import type { ContentHash, GenerationId, LearnerId, SubmissionId } from '$lib/domain/ids';
import type { ModelVersion } from '$lib/domain/model';
import type { Prompt } from '$lib/domain/prompt';
import type { Database } from '../client';
import { generation } from '../schema/generation';
import { learner } from '../schema/learner';
import { submission } from '../schema/submission';

/*
 * Generations that a server writes. Several servers may share one database, so whatever they have to agree on stands here: whose turn
 * it is, who was told to stop, who still lives.
 */

export type ServerGeneration = ModelVersion & {
	readonly id: GenerationId;
	readonly submissionId: SubmissionId;
	readonly mode: TutorMode;
	readonly promptVersion: string;
	/** The settings that the model is asked with. */
	readonly sampler: object;
};

/** Keeps a new one, alive from now on; false where its id is taken. */
export async function insertServerGeneration(db: Database, content: ServerGeneration): Promise<boolean> {
	const rows = await db
		.insert(generation)
		.values({ ...content, origin: 'server', beatAt: sql`now()`, readAt: sql`now()` })
		.onConflictDoNothing({ target: generation.id })
		.returning({ id: generation.id });
	return rows.length > 0;
}

/** Inside a transaction: how many of a learner's run or wait; nobody adds one until it ends. */
export async function lockOpenCount(db: Database, learnerId: LearnerId): Promise<number> {
	await db.select({ id: learner.id }).from(learner).where(eq(learner.id, learnerId)).for('no key update');
	const [row] = await db
		.select({ open: count() })
		.from(generation)
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.where(
			and(eq(submission.learnerId, learnerId), eq(generation.status, 'running'), isNotNull(generation.beatAt))
		);
	return row?.open ?? 0;
}

/** A learner's that run or wait, the oldest first. */
export async function selectOpen(db: Database, learnerId: LearnerId): Promise<OpenGenerations> {
	const rows = await db
		.select({
			id: generation.id,
			lessonId: submission.lessonId,
			cellId: submission.cellId,
			code: submission.code,
			context: submission.context,
			stdin: submission.stdin,
			modelId: generation.modelId
		})
		.from(generation)
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.where(
			and(eq(submission.learnerId, learnerId), eq(generation.status, 'running'), isNotNull(generation.beatAt))
		)
		.orderBy(asc(generation.createdAt), asc(generation.id));
	return rows.map(({ lessonId, ...row }) => ({ ...row, ...(lessonId === null ? {} : { lessonId }) }));
}

/** Any number that nobody else uses: who holds it gives out turns. */
const turnLock = 7_764_021_884;

/**
 * Begins a generation if `most` are not running yet in all of our processes together, and none of the same learner's is. False
 * where it has to wait.
 */
export async function takeTurn(
	db: Database,
	id: GenerationId,
	learnerId: LearnerId,
	most: number
): Promise<boolean> {
	return db.transaction(async (tx) => {
		await tx.execute(sql`select pg_advisory_xact_lock(${turnLock})`);
		const running = await tx
			.select({ learnerId: submission.learnerId })
			.from(generation)
			.innerJoin(submission, eq(submission.id, generation.submissionId))
			.where(and(eq(generation.status, 'running'), isNotNull(generation.startedAt)));
		if (running.length >= most || running.some((each) => each.learnerId === learnerId)) return false;
		await tx
			.update(generation)
			.set({ startedAt: sql`now()`, beatAt: sql`now()` })
			.where(and(eq(generation.id, id), eq(generation.status, 'running')));
		return true;
	});
}

/** What was sent, what wrote, and how fast: known only while it is written. */
export async function updateOrigin(
	db: Database,
	id: GenerationId,
	origin:
		| { prompt: Prompt }
		| { modelId: string; modelDigest: ContentHash }
		| { outputTokens: number; outputMs: number }
): Promise<void> {
	await db.update(generation).set(origin).where(eq(generation.id, id));
}

/** Inside a transaction: the number of its next event while it runs, and nobody else appends until the transaction ends. */
export async function lockRunning(db: Database, id: GenerationId): Promise<number | undefined> {
	const [row] = await db
		.select({ next: generation.nextSeq })
		.from(generation)
		.where(and(eq(generation.id, id), eq(generation.status, 'running')))
		.for('update');
	return row?.next;
}

/** Where a log stands, for those who follow it and for the one who writes it. */
export type LogMark = {
	readonly next: number;
	readonly status: GenerationStatus;
	readonly stopping: boolean;
	/** Seconds since somebody followed it. */
	readonly unreadSeconds: number;
};

export async function selectMarks(
	db: Database,
	ids: readonly GenerationId[]
): Promise<Map<GenerationId, LogMark>> {
	if (ids.length === 0) return new Map();
	const rows = await db
		.select({
			id: generation.id,
			next: generation.nextSeq,
			status: generation.status,
			stopAt: generation.stopAt,
			unreadSeconds: sql<number>`extract(epoch from now() - coalesce(${generation.readAt}, ${generation.createdAt}))::float8`
		})
		.from(generation)
		.where(inArray(generation.id, [...ids]));
	return new Map(rows.map(({ id, stopAt, ...mark }) => [id, { ...mark, stopping: stopAt !== null }]));
}

/** Tells whoever writes it, in whichever process, to stop. */
export async function askToStop(db: Database, id: GenerationId): Promise<void> {
	await db
		.update(generation)
		.set({ stopAt: sql`now()` })
		.where(and(eq(generation.id, id), eq(generation.status, 'running'), isNull(generation.stopAt)));
}

/** A sign of life of those that are written here. */
export async function beat(db: Database, ids: readonly GenerationId[]): Promise<void> {
	if (ids.length === 0) return;
	await db
		.update(generation)
		.set({ beatAt: sql`now()` })
		.where(and(inArray(generation.id, [...ids]), eq(generation.status, 'running')));
}

/** Somebody follows these. */
export async function noteReaders(db: Database, ids: readonly GenerationId[]): Promise<void> {
	if (ids.length === 0) return;
	await db
		.update(generation)
		.set({ readAt: sql`now()` })
		.where(and(inArray(generation.id, [...ids]), eq(generation.status, 'running')));
}

/** Those whose writer has given no sign of life for so long. */
export async function selectDead(db: Database, seconds: number): Promise<GenerationId[]> {
	const rows = await db
		.select({ id: generation.id })
		.from(generation)
		.where(
			and(
				eq(generation.status, 'running'),
				lt(generation.beatAt, sql`now() - make_interval(secs => ${seconds})`)
			)
		)
		.limit(100);
	return rows.map(({ id }) => id);
}

/** Inside a transaction: whether it is still without a sign of life, and then nobody else ends it. */
export async function lockDead(db: Database, id: GenerationId, seconds: number): Promise<number | undefined> {
	const [row] = await db
		.select({ next: generation.nextSeq })
		.from(generation)
		.where(
			and(
				eq(generation.id, id),
				eq(generation.status, 'running'),
				lt(generation.beatAt, sql`now() - make_interval(secs => ${seconds})`)
			)
		)
		.for('update', { skipLocked: true });
	return row?.next;
}
