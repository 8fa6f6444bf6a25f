import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ContentHash } from '$lib/domain/ids';
import { ModelState } from '$lib/domain/model';
import { moment } from './columns';

/** What writes texts, exactly: its name and the digest of its weights, or of the built-in explainer's code. */
export const modelVersion = pgTable(
	'model_version',
	{
		modelId: text('model_id').notNull(),
		modelDigest: text('model_digest').$type<ContentHash>().notNull(),
		state: text('state', { enum: ModelState.options }).notNull(),
		createdAt: moment('created_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.modelId, table.modelDigest] }),
		check('model_version_is_digest', sql`${table.modelDigest} ~ '^[0-9a-f]{64}$'`),
		check('model_version_state', sql`${table.state} in ('candidate', 'serving', 'retired')`)
	]
);
