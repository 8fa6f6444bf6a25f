import { pgTable, text } from 'drizzle-orm/pg-core';
import * as v from 'valibot';
import { checkedJson, moment } from './columns';

/** What the operator decided, a row for each matter; the use case that reads it knows its shape. */
export const setting = pgTable('setting', {
	name: text('name').primaryKey(),
	value: checkedJson('value', v.unknown()).notNull(),
	updatedAt: moment('updated_at').notNull().defaultNow()
});
