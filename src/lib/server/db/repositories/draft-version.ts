import { and, desc, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import {
	joinSeconds,
	type DraftVersion,
	type DraftVersionSummary,
	type VersionMark
} from '$lib/domain/draft-version';
import type { CellId, LearnerId, LessonId, RunId } from '$lib/domain/ids';
import type { Database } from '../client';
import { draft } from '../schema/draft';
import { draftVersion } from '../schema/draft-version';

/** A learner's cell. */
export type OwnCell = { learnerId: LearnerId; lessonId: LessonId; cellId: CellId };

const own = (table: typeof draft | typeof draftVersion, cell: OwnCell): SQL | undefined =>
	and(eq(table.learnerId, cell.learnerId), eq(table.lessonId, cell.lessonId), eq(table.cellId, cell.cellId));

/**
 * Keeps the draft as it was just saved, with this revision, as the cell's newest version or as part of it. Inside of the
 * transaction that saved it, whose lock on the draft keeps other saves of the cell away; one statement, which takes the text
 * from the draft's row. Where a version began with it, the answer is the marks of all versions, oldest first.
 */
export async function keepVersion(
	db: Database,
	cell: OwnCell,
	{ revision, reset }: { revision: number; reset: boolean }
): Promise<VersionMark[] | undefined> {
	const newest = db
		.select()
		.from(draftVersion)
		.where(own(draftVersion, cell))
		.orderBy(desc(draftVersion.revision))
		.limit(1)
		.as('newest');
	const run = sql<RunId>`(${draft.lastRun} -> 'result' ->> 'runId')::uuid`;
	const isSameText = sql`${newest.code} = ${draft.code}`;
	const isTypedOn = sql`not ${reset}::boolean and ${newest.openUntil} > now()
		and ${newest.lessonVersion} = ${draft.lessonVersion} and ${newest.runId} is not distinct from ${run}`;
	// A text that was run as it stands is never replaced.
	const wasRun = sql`${draft.lastRun} ->> 'code' = ${draft.code}`;
	const before = alias(draftVersion, 'before');
	const marks = db
		.select({
			marks: sql`jsonb_agg(jsonb_build_array(${before.revision}, (extract(epoch from ${before.savedAt}) * 1000)::float8, ${before.reset})
				order by ${before.revision})`
		})
		.from(before)
		.where(
			and(
				eq(before.learnerId, cell.learnerId),
				eq(before.lessonId, cell.lessonId),
				eq(before.cellId, cell.cellId)
			)
		);
	const [row] = await db
		.insert(draftVersion)
		.select(
			db
				.select({
					learnerId: draft.learnerId,
					lessonId: draft.lessonId,
					cellId: draft.cellId,
					revision: sql<number>`coalesce(${newest.revision}, ${draft.revision})`.as('revision'),
					lessonVersion: draft.lessonVersion,
					code: draft.code,
					runId: run.as('run_id'),
					reset: sql<boolean>`${reset}::boolean`.as('reset'),
					openUntil: sql<Date>`case when ${wasRun} then now()
						else now() + make_interval(secs => ${joinSeconds}) end`.as('open_until'),
					savedAt: sql<Date>`now()`.as('saved_at')
				})
				.from(draft)
				.leftJoin(newest, sql`${isSameText} or (${isTypedOn})`)
				.where(own(draft, cell))
		)
		.onConflictDoUpdate({
			target: [draftVersion.learnerId, draftVersion.lessonId, draftVersion.cellId, draftVersion.revision],
			set: {
				code: sql`excluded.code`,
				lessonVersion: sql`excluded.lesson_version`,
				runId: sql`excluded.run_id`,
				openUntil: sql`least(${draftVersion.openUntil}, excluded.open_until)`,
				savedAt: sql`case when ${draftVersion.code} = excluded.code then ${draftVersion.savedAt} else now() end`
			}
		})
		.returning({
			revision: draftVersion.revision,
			savedAt: draftVersion.savedAt,
			reset: draftVersion.reset,
			// What the statement saw, which is without the row that it made.
			before: sql<[number, number, boolean][] | null>`case when ${draftVersion.revision} = ${revision}
				then (${marks}) end`
		});
	if (row?.revision !== revision) return undefined;
	const begun = { revision, savedAt: row.savedAt.getTime(), reset: row.reset };
	return [
		...(row.before ?? []).map(([number, savedAt, isReset]) => ({
			revision: number,
			savedAt,
			reset: isReset
		})),
		begun
	];
}

export async function deleteVersions(
	db: Database,
	cell: OwnCell,
	revisions: readonly number[]
): Promise<void> {
	if (revisions.length === 0) return;
	await db
		.delete(draftVersion)
		.where(and(own(draftVersion, cell), inArray(draftVersion.revision, [...revisions])));
}

const { revision, lessonVersion, savedAt, reset, code } = getTableColumns(draftVersion);
const summaryColumns = {
	revision,
	lessonVersion,
	savedAt,
	reset,
	bytes: sql<number>`octet_length(${code})`
};

type SummaryRow = Omit<DraftVersionSummary, 'savedAt'> & { savedAt: Date };

const summary = (row: SummaryRow): DraftVersionSummary => ({
	revision: row.revision,
	lessonVersion: row.lessonVersion,
	savedAt: row.savedAt.toISOString(),
	bytes: row.bytes,
	reset: row.reset
});

/** A cell's versions, the newest first. */
export async function selectVersions(db: Database, cell: OwnCell): Promise<DraftVersionSummary[]> {
	const rows = await db
		.select(summaryColumns)
		.from(draftVersion)
		.where(own(draftVersion, cell))
		.orderBy(desc(draftVersion.revision));
	return rows.map(summary);
}

export async function selectVersion(
	db: Database,
	cell: OwnCell,
	number: number
): Promise<DraftVersion | undefined> {
	const [row] = await db
		.select({ ...summaryColumns, code })
		.from(draftVersion)
		.where(and(own(draftVersion, cell), eq(draftVersion.revision, number)));
	return row === undefined ? undefined : { ...summary(row), code: row.code };
}
