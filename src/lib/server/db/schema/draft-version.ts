import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { CellId, ContentHash, LearnerId, LessonId, RunId } from '$lib/domain/ids';
import { anyText, moment } from './columns';
import { draft } from './draft';
import { lessonVersion } from './lesson-version';

/** The texts that a cell has had, thinned with time: see domain/draft-version. The newest is the draft's own. */
export const draftVersion = pgTable(
	'draft_version',
	{
		learnerId: uuid('learner_id').$type<LearnerId>().notNull(),
		lessonId: text('lesson_id').$type<LessonId>().notNull(),
		cellId: text('cell_id').$type<CellId>().notNull(),
		/** The draft's revision with which it began. */
		revision: integer('revision').notNull(),
		lessonVersion: text('lesson_version').$type<ContentHash>().notNull(),
		code: anyText('code').notNull(),
		/** The cell's last run, as it was with the last save of this version. */
		runId: uuid('run_id').$type<RunId>(),
		reset: boolean('reset').notNull(),
		/** What is typed before then still belongs to it. */
		openUntil: moment('open_until').notNull(),
		savedAt: moment('saved_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.learnerId, table.lessonId, table.cellId, table.revision] }),
		foreignKey({
			columns: [table.learnerId, table.lessonId, table.cellId],
			foreignColumns: [draft.learnerId, draft.lessonId, draft.cellId],
			name: 'draft_version_draft_fk'
		}).onDelete('cascade'),
		foreignKey({
			columns: [table.lessonId, table.lessonVersion],
			foreignColumns: [lessonVersion.lessonId, lessonVersion.version],
			name: 'draft_version_lesson_version_fk'
		}),
		check('draft_version_revision_positive', sql`${table.revision} >= 1`)
	]
);
