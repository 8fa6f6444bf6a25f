import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import type { GenerationId } from '$lib/domain/ids';
import { TutorEvent } from '$lib/domain/tutor-event';
import { checkedJson, moment } from './columns';
import { generation } from './generation';

/** The log of a generation, numbered from 0 without gaps. Appended to, never changed. */
export const event = pgTable(
	'event',
	{
		generationId: uuid('generation_id')
			.$type<GenerationId>()
			.notNull()
			.references(() => generation.id, { onDelete: 'cascade' }),
		seq: integer('seq').notNull(),
		event: checkedJson('event', TutorEvent).notNull(),
		createdAt: moment('created_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.generationId, table.seq] }),
		check('event_seq', sql`${table.seq} >= 0`)
	]
);
