import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { Claim } from '$lib/domain/claim';
import { sections } from '$lib/domain/explanation';
import type { ClaimId, ExplanationId } from '$lib/domain/ids';
import { Probe } from '$lib/domain/probe';
import { checkedJson } from './columns';
import { explanation } from './explanation';

/** One checkable fact of an explanation. */
export const claim = pgTable(
	'claim',
	{
		explanationId: uuid('explanation_id')
			.$type<ExplanationId>()
			.notNull()
			.references(() => explanation.id, { onDelete: 'cascade' }),
		claimId: text('claim_id').$type<ClaimId>().notNull(),
		section: text('section', { enum: sections }).notNull(),
		/** Its place in the order in which the explanation is read, from 0. */
		position: integer('position').notNull(),
		kind: text('kind', { enum: ['returns', 'raises', 'prints', 'value', 'count', 'executed'] }).notNull(),
		probe: checkedJson('probe', Probe).notNull(),
		payload: checkedJson('payload', Claim).notNull()
	},
	(table) => [
		primaryKey({ columns: [table.explanationId, table.claimId] }),
		unique('claim_position_unique').on(table.explanationId, table.position),
		check('claim_section', sql`${table.section} in ('purpose', 'steps', 'examples', 'edgeCases')`),
		check('claim_kind', sql`${table.kind} in ('returns', 'raises', 'prints', 'value', 'count', 'executed')`),
		check('claim_position', sql`${table.position} >= 0`)
	]
);
