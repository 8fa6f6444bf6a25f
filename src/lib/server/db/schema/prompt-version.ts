import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';
import { TutorMode } from '$lib/domain/generation';
import { anyText, moment } from './columns';

/** The rules that a text was written by: a prompt's template, or the built-in explainer's own (then without one). */
export const promptVersion = pgTable(
	'prompt_version',
	{
		version: text('version').primaryKey(),
		mode: text('mode', { enum: TutorMode.options }).notNull(),
		template: anyText('template'),
		createdAt: moment('created_at').notNull().defaultNow()
	},
	(table) => [check('prompt_version_mode', sql`${table.mode} in ('explain')`)]
);
