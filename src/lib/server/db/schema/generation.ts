import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import * as v from 'valibot';
import { GenerationStatus, TutorMode } from '$lib/domain/generation';
import type { ContentHash, GenerationId, SubmissionId } from '$lib/domain/ids';
import { checkedJson, moment } from './columns';
import { modelVersion } from './model-version';
import { promptVersion } from './prompt-version';
import { submission } from './submission';

/** One attempt to write an explanation: what was asked of what, and where its event log stands. */
export const generation = pgTable(
	'generation',
	{
		id: uuid('id').$type<GenerationId>().primaryKey(),
		submissionId: uuid('submission_id')
			.$type<SubmissionId>()
			.notNull()
			.references(() => submission.id, { onDelete: 'cascade' }),
		mode: text('mode', { enum: TutorMode.options }).notNull(),
		origin: text('origin', { enum: ['browser', 'server'] }).notNull(),
		promptVersion: text('prompt_version')
			.notNull()
			.references(() => promptVersion.version),
		/** The prompt as it was sent, so that training can reuse it verbatim. The built-in explainer has none. */
		prompt: checkedJson('prompt', v.unknown()),
		modelId: text('model_id').notNull(),
		modelDigest: text('model_digest').$type<ContentHash>().notNull(),
		sampler: checkedJson('sampler', v.unknown()),
		seed: integer('seed'),
		status: text('status', { enum: GenerationStatus.options }).notNull().default('running'),
		/** How much a model wrote, and in which time, by its server's own counts or, for the time, by our clock. */
		outputTokens: integer('output_tokens'),
		outputMs: integer('output_ms'),
		/** The number that the next event gets. */
		nextSeq: integer('next_seq').notNull().default(0),
		/** A sign of life of the server that writes it, which has died where it stays away. None for a browser's. */
		beatAt: moment('beat_at'),
		/** When its turn came: before that it waits for other generations. */
		startedAt: moment('started_at'),
		/** When somebody last followed the log as it grew. */
		readAt: moment('read_at'),
		/** When it was told to stop. */
		stopAt: moment('stop_at'),
		createdAt: moment('created_at').notNull().defaultNow(),
		updatedAt: moment('updated_at').notNull().defaultNow()
	},
	(table) => [
		foreignKey({
			columns: [table.modelId, table.modelDigest],
			foreignColumns: [modelVersion.modelId, modelVersion.modelDigest],
			name: 'generation_model_version_fk'
		}),
		check('generation_mode', sql`${table.mode} in ('explain')`),
		check('generation_origin', sql`${table.origin} in ('browser', 'server')`),
		check('generation_status', sql`${table.status} in ('running', 'complete', 'failed', 'interrupted')`),
		check('generation_next_seq', sql`${table.nextSeq} >= 0`),
		index('generation_by_submission').on(table.submissionId),
		// Few run at a time, and these are asked for several times a second.
		index('generation_running')
			.on(table.beatAt)
			.where(sql`${table.status} = 'running'`)
	]
);
