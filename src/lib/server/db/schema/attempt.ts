import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { AttemptOutcome } from '$lib/domain/exercise-check';
import type { AttemptId, ContentHash, LearnerId, LessonId } from '$lib/domain/ids';
import type { ExerciseId, MistakeId } from '$lib/domain/lesson';
import { SubmissionContext } from '$lib/domain/submission';
import { anyText, checkedJson, moment } from './columns';
import { learner } from './learner';
import { lessonVersion } from './lesson-version';

/**
 * An answer to an exercise and what was made of it. The browser's row is a claim; an exercise counts as passed where the
 * server's own row says so. Never changed.
 */
export const attempt = pgTable(
	'attempt',
	{
		id: uuid('id').$type<AttemptId>().notNull(),
		by: text('by', { enum: ['browser', 'server'] }).notNull(),
		learnerId: uuid('learner_id')
			.$type<LearnerId>()
			.notNull()
			.references(() => learner.id, { onDelete: 'cascade' }),
		lessonId: text('lesson_id').$type<LessonId>().notNull(),
		lessonVersion: text('lesson_version').$type<ContentHash>().notNull(),
		exerciseId: text('exercise_id').$type<ExerciseId>().notNull(),
		code: anyText('code').notNull(),
		codeHash: text('code_hash').$type<ContentHash>().notNull(),
		/** The cells above the exercise as the learner had them: what was judged can be run again. */
		context: checkedJson('context', SubmissionContext).notNull().default([]),
		result: text('result', { enum: AttemptOutcome.entries.result.options }).notNull(),
		/** How many checks passed, and of how many. */
		passed: integer('passed').notNull(),
		checks: integer('checks').notNull(),
		/** The foreseen mistake that was recognised. */
		mistake: text('mistake').$type<MistakeId>(),
		createdAt: moment('created_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.id, table.by] }),
		foreignKey({
			columns: [table.lessonId, table.lessonVersion],
			foreignColumns: [lessonVersion.lessonId, lessonVersion.version],
			name: 'attempt_lesson_version_fk'
		}),
		check('attempt_by', sql`${table.by} in ('browser', 'server')`),
		check('attempt_result', sql`${table.result} in ('passed', 'failed', 'error', 'endless', 'tampered')`),
		check('attempt_code_hash_is_hash', sql`${table.codeHash} ~ '^[0-9a-f]{64}$'`),
		check('attempt_passed', sql`${table.passed} between 0 and ${table.checks}`),
		check('attempt_passed_whole', sql`${table.result} <> 'passed' or ${table.passed} = ${table.checks}`),
		index('attempt_by_learner').on(table.learnerId, table.lessonId, table.exerciseId)
	]
);
