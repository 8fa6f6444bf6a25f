import { and, desc, eq, isNull } from 'drizzle-orm';
import type { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import type { LessonFile } from '$lib/domain/lesson';
import type { Database } from '../client';
import { lessonVersion } from '../schema/lesson-version';

/** Keeps a version of a lesson; one that is known stays as it was, but for what was not recorded of it at that time. */
export async function insertLessonVersion(
	db: Database,
	row: typeof lessonVersion.$inferInsert
): Promise<void> {
	await db
		.insert(lessonVersion)
		.values(row)
		.onConflictDoUpdate({
			target: [lessonVersion.lessonId, lessonVersion.version],
			set: { files: row.files ?? null },
			setWhere: isNull(lessonVersion.files)
		});
}

/** Whether any version of the lesson was ever served. */
export async function hasLesson(db: Database, lessonId: LessonId): Promise<boolean> {
	const rows = await db
		.select({ version: lessonVersion.version })
		.from(lessonVersion)
		.where(eq(lessonVersion.lessonId, lessonId))
		.limit(1);
	return rows.length > 0;
}

/** Whether that version of the lesson was served and has that cell. */
export async function hasCell(
	db: Database,
	lessonId: LessonId,
	version: ContentHash,
	cellId: CellId
): Promise<boolean> {
	const [row] = await db
		.select({ cells: lessonVersion.cells })
		.from(lessonVersion)
		.where(and(eq(lessonVersion.lessonId, lessonId), eq(lessonVersion.version, version)));
	return row !== undefined && row.cells.includes(cellId);
}

/** One version as it was served; its files are `null` where they were not recorded at that time. */
export async function selectLesson(
	db: Database,
	lessonId: LessonId,
	version: ContentHash
): Promise<{ path: string; source: string; files: LessonFile[] | null } | undefined> {
	const [row] = await db
		.select({ path: lessonVersion.path, source: lessonVersion.source, files: lessonVersion.files })
		.from(lessonVersion)
		.where(and(eq(lessonVersion.lessonId, lessonId), eq(lessonVersion.version, version)));
	return row;
}

/** The version that was first served last; its files are `null` where they were not recorded at that time. */
export async function selectNewestLesson(
	db: Database,
	lessonId: LessonId
): Promise<{ source: string; files: LessonFile[] | null } | undefined> {
	const [row] = await db
		.select({ source: lessonVersion.source, files: lessonVersion.files })
		.from(lessonVersion)
		.where(eq(lessonVersion.lessonId, lessonId))
		.orderBy(desc(lessonVersion.firstServedAt))
		.limit(1);
	return row;
}
