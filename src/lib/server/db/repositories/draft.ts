import { and, eq, sql } from 'drizzle-orm';
import type { Draft, StoredDraft } from '$lib/domain/draft';
import type { CellId, LearnerId, LessonId } from '$lib/domain/ids';
import type { CellEnd } from '$lib/domain/progress';
import type { RunStatus } from '$lib/domain/run';
import type { Database } from '../client';
import { draft } from '../schema/draft';

type Row = typeof draft.$inferSelect;

const stored = (row: Row): StoredDraft => ({
	lessonId: row.lessonId,
	cellId: row.cellId,
	lessonVersion: row.lessonVersion,
	revision: row.revision,
	draft: { code: row.code, ...(row.lastRun === null ? {} : { lastRun: row.lastRun }) }
});

const columns = (content: Draft): Pick<Row, 'code' | 'lastRun'> => ({
	code: content.code,
	lastRun: content.lastRun ?? null
});

export async function selectDrafts(
	db: Database,
	learnerId: LearnerId,
	lessonId: LessonId
): Promise<StoredDraft[]> {
	const rows = await db
		.select()
		.from(draft)
		.where(and(eq(draft.learnerId, learnerId), eq(draft.lessonId, lessonId)))
		.orderBy(draft.cellId);
	return rows.map(stored);
}

export async function selectDraft(
	db: Database,
	learnerId: LearnerId,
	lessonId: LessonId,
	cellId: CellId
): Promise<StoredDraft | undefined> {
	const [row] = await db
		.select()
		.from(draft)
		.where(own(learnerId, lessonId, cellId));
	return row === undefined ? undefined : stored(row);
}

/** How the last run of every cell ended that a learner left something in. Without the outputs, which are most of a draft. */
export async function selectEnds(db: Database, learnerId: LearnerId): Promise<CellEnd[]> {
	const rows = await db
		.select({
			lessonId: draft.lessonId,
			cellId: draft.cellId,
			status: sql<RunStatus | null>`${draft.lastRun} -> 'result' ->> 'status'`,
			errorType: sql<string | null>`${draft.lastRun} -> 'result' -> 'error' ->> 'type'`
		})
		.from(draft)
		.where(eq(draft.learnerId, learnerId));
	return rows.map(({ status, errorType, ...at }) => ({
		...at,
		status: status ?? undefined,
		errorType: errorType ?? undefined
	}));
}

type NewDraft = Omit<StoredDraft, 'revision'> & { learnerId: LearnerId };

/** The first save of a cell. Undefined where there is one already. */
export async function insertDraft(db: Database, content: NewDraft): Promise<StoredDraft | undefined> {
	const [row] = await db
		.insert(draft)
		.values({
			learnerId: content.learnerId,
			lessonId: content.lessonId,
			cellId: content.cellId,
			lessonVersion: content.lessonVersion,
			revision: 1,
			...columns(content.draft)
		})
		.onConflictDoNothing()
		.returning();
	return row === undefined ? undefined : stored(row);
}

/** A later save. Undefined where the stored revision is not `baseRevision` (any more): then nothing was changed. */
export async function updateDraft(
	db: Database,
	content: NewDraft,
	baseRevision: number
): Promise<StoredDraft | undefined> {
	const [row] = await db
		.update(draft)
		.set({
			lessonVersion: content.lessonVersion,
			revision: sql`${draft.revision} + 1`,
			updatedAt: sql`now()`,
			...columns(content.draft)
		})
		.where(and(own(content.learnerId, content.lessonId, content.cellId), eq(draft.revision, baseRevision)))
		.returning();
	return row === undefined ? undefined : stored(row);
}

const own = (learnerId: LearnerId, lessonId: LessonId, cellId: CellId) =>
	and(eq(draft.learnerId, learnerId), eq(draft.lessonId, lessonId), eq(draft.cellId, cellId));
