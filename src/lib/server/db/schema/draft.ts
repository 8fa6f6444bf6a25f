import { sql } from 'drizzle-orm';
import { check, foreignKey, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import * as v from 'valibot';
import { Draft } from '$lib/domain/draft';
import type { CellId, ContentHash, LearnerId, LessonId } from '$lib/domain/ids';
import { anyText, checkedJson, moment } from './columns';
import { learner } from './learner';
import { lessonVersion } from './lesson-version';

/** A learner's work in one cell: the code as typed, and the last run. */
export const draft = pgTable(
	'draft',
	{
		learnerId: uuid('learner_id')
			.$type<LearnerId>()
			.notNull()
			.references(() => learner.id, { onDelete: 'cascade' }),
		lessonId: text('lesson_id').$type<LessonId>().notNull(),
		cellId: text('cell_id').$type<CellId>().notNull(),
		/** The version that the learner had open when this was saved. */
		lessonVersion: text('lesson_version').$type<ContentHash>().notNull(),
		revision: integer('revision').notNull(),
		code: anyText('code').notNull(),
		lastRun: checkedJson('last_run', v.nonOptional(Draft.entries.lastRun)),
		updatedAt: moment('updated_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.learnerId, table.lessonId, table.cellId] }),
		foreignKey({
			columns: [table.lessonId, table.lessonVersion],
			foreignColumns: [lessonVersion.lessonId, lessonVersion.version],
			name: 'draft_lesson_version_fk'
		}),
		check('draft_revision_positive', sql`${table.revision} >= 1`)
	]
);
