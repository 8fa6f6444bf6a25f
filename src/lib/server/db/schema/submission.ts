import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { CellId, ContentHash, LearnerId, LessonId, SubmissionId } from '$lib/domain/ids';
import { RunResult } from '$lib/domain/run';
import { NewSubmission, SubmissionContext } from '$lib/domain/submission';
import { anyText, checkedJson, moment } from './columns';
import { learner } from './learner';
import { lessonVersion } from './lesson-version';

/** Code that a learner asked about, with all that is needed to run it again anywhere. Never changed. */
export const submission = pgTable(
	'submission',
	{
		id: uuid('id').$type<SubmissionId>().primaryKey(),
		learnerId: uuid('learner_id')
			.$type<LearnerId>()
			.notNull()
			.references(() => learner.id, { onDelete: 'cascade' }),
		lessonId: text('lesson_id').$type<LessonId>(),
		lessonVersion: text('lesson_version').$type<ContentHash>(),
		cellId: text('cell_id').$type<CellId>().notNull(),
		code: anyText('code').notNull(),
		codeHash: text('code_hash').$type<ContentHash>().notNull(),
		context: checkedJson('context', SubmissionContext).notNull(),
		files: checkedJson('files', NewSubmission.entries.files).notNull(),
		stdin: checkedJson('stdin', NewSubmission.entries.stdin).notNull(),
		result: checkedJson('result', RunResult),
		createdAt: moment('created_at').notNull().defaultNow()
	},
	(table) => [
		foreignKey({
			columns: [table.lessonId, table.lessonVersion],
			foreignColumns: [lessonVersion.lessonId, lessonVersion.version],
			name: 'submission_lesson_version_fk'
		}),
		// A foreign key over two columns holds nothing when one of them is empty.
		check('submission_lesson_whole', sql`(${table.lessonId} is null) = (${table.lessonVersion} is null)`),
		check('submission_code_hash_is_hash', sql`${table.codeHash} ~ '^[0-9a-f]{64}$'`),
		index('submission_by_learner').on(table.learnerId, table.lessonId, table.cellId)
	]
);
