import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { ExplanationId, LearnerId } from '$lib/domain/ids';
import { NewRating, RatingValue, StoredReasons } from '$lib/domain/rating';
import * as v from 'valibot';
import { anyText, checkedJson, moment } from './columns';
import { explanation } from './explanation';
import { learner } from './learner';

/** What a learner says of an explanation: one per learner and explanation. */
export const rating = pgTable(
	'rating',
	{
		explanationId: uuid('explanation_id')
			.$type<ExplanationId>()
			.notNull()
			.references(() => explanation.id, { onDelete: 'cascade' }),
		learnerId: uuid('learner_id')
			.$type<LearnerId>()
			.notNull()
			.references(() => learner.id, { onDelete: 'cascade' }),
		value: text('value', { enum: RatingValue.options }).notNull(),
		reasons: checkedJson('reasons', StoredReasons).notNull(),
		comment: anyText('comment'),
		sections: checkedJson('sections', v.nonOptional(NewRating.entries.sections)),
		createdAt: moment('created_at').notNull().defaultNow(),
		updatedAt: moment('updated_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.explanationId, table.learnerId] }),
		check('rating_value', sql`${table.value} in ('helpful', 'not-helpful')`),
		index('rating_by_learner').on(table.learnerId)
	]
);
