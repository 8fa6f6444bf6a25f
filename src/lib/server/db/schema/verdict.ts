import { sql } from 'drizzle-orm';
import { check, foreignKey, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { ClaimId, ExplanationId } from '$lib/domain/ids';
import { Outcome, VerdictBy } from '$lib/domain/verdict';
import { checkedJson, moment } from './columns';
import { claim } from './claim';

/** What running the code said about a claim. The browser's word and the server's own are kept apart. */
export const verdict = pgTable(
	'verdict',
	{
		explanationId: uuid('explanation_id').$type<ExplanationId>().notNull(),
		claimId: text('claim_id').$type<ClaimId>().notNull(),
		by: text('by', { enum: VerdictBy.options }).notNull(),
		kind: text('kind').notNull(),
		outcome: checkedJson('outcome', Outcome).notNull(),
		decidedAt: moment('decided_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.explanationId, table.claimId, table.by] }),
		foreignKey({
			columns: [table.explanationId, table.claimId],
			foreignColumns: [claim.explanationId, claim.claimId],
			name: 'verdict_claim_fk'
		}).onDelete('cascade'),
		check('verdict_by', sql`${table.by} in ('browser', 'server')`),
		check(
			'verdict_kind',
			sql`${table.kind} in ('confirmed', 'contradicted', 'raised', 'timed-out', 'non-deterministic', 'not-checkable')`
		)
	]
);
