import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { TrainingWording } from '$lib/domain/consent';
import type { LearnerId } from '$lib/domain/ids';
import { moment } from './columns';

/**
 * Someone who learns here, known by a cookie alone. Consent is asked for each purpose; no time means never asked. Work may be
 * used for training while `consent_training` is true, and at no other time.
 */
export const learner = pgTable(
	'learner',
	{
		id: uuid('id').$type<LearnerId>().primaryKey(),
		createdAt: moment('created_at').notNull().defaultNow(),
		consentTraining: boolean('consent_training').notNull().default(false),
		consentTrainingAt: moment('consent_training_at'),
		/** The version of the text that was read when it was given or refused. */
		consentTrainingWording: text('consent_training_wording', { enum: TrainingWording.options }),
		consentResearch: boolean('consent_research').notNull().default(false),
		consentResearchAt: moment('consent_research_at')
	},
	(table) => [
		check(
			'learner_training_given_at',
			sql`not ${table.consentTraining} or ${table.consentTrainingAt} is not null`
		),
		check(
			'learner_training_wording',
			sql`(${table.consentTrainingAt} is null) = (${table.consentTrainingWording} is null)`
		),
		check(
			'learner_research_given_at',
			sql`not ${table.consentResearch} or ${table.consentResearchAt} is not null`
		)
	]
);
