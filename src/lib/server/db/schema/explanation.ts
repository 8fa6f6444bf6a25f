import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { Explanation } from '$lib/domain/explanation';
import type { ExplanationId, GenerationId } from '$lib/domain/ids';
import { anyText, checkedJson, moment } from './columns';
import { generation } from './generation';

/** A finished explanation, as its generation's log assembles. */
export const explanation = pgTable('explanation', {
	id: uuid('id').$type<ExplanationId>().primaryKey(),
	generationId: uuid('generation_id')
		.$type<GenerationId>()
		.notNull()
		.unique()
		.references(() => generation.id, { onDelete: 'cascade' }),
	/** The Python that its claims were checked with. */
	python: anyText('python').notNull(),
	document: checkedJson('document', Explanation).notNull(),
	createdAt: moment('created_at').notNull().defaultNow()
});
