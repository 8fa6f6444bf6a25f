import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import * as v from 'valibot';
import { CellId, type ContentHash, type LessonId } from '$lib/domain/ids';
import { LessonFile } from '$lib/domain/lesson';
import { anyText, checkedJson, moment } from './columns';

/** A lesson as it was at one time, whole, so that work done in it can be understood after the file has changed. */
export const lessonVersion = pgTable(
	'lesson_version',
	{
		lessonId: text('lesson_id').$type<LessonId>().notNull(),
		version: text('version').$type<ContentHash>().notNull(),
		path: text('path').notNull(),
		source: anyText('source').notNull(),
		/** The ids of its cells: work is stored only for cells that exist. */
		cells: checkedJson('cells', v.array(CellId)).notNull(),
		/** Its data files by name and hash. Empty in rows from before they were recorded, until the lesson is served again. */
		files: checkedJson('files', v.array(LessonFile)),
		firstServedAt: moment('first_served_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.lessonId, table.version] }),
		check('lesson_version_is_hash', sql`${table.version} ~ '^[0-9a-f]{64}$'`)
	]
);
