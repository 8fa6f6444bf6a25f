import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { ModelRecord } from '$lib/domain/tutor-model';
import type { Database } from '../client';
import { event } from '../schema/event';
import { generation } from '../schema/generation';

/** So far back is looked, and at no more than so many. */
const days = 30;
const mostGenerations = 2_000;

const Rows = v.array(
	v.object({
		model: v.string(),
		answers: v.number(),
		speed: v.nullable(v.number()),
		claims: v.number(),
		confirmed: v.number()
	})
);

/**
 * How each model did of late. A claim counts that the model made by itself (not what the built-in explainer added, nor what it said when it had
 * seen the real values) and that somebody ran; answers that were told again are not counted twice.
 */
export async function selectModelRecords(db: Database): Promise<ReadonlyMap<string, ModelRecord>> {
	const found = await db.execute(sql`
		with made as (
			select ${generation.id} as id, ${generation.modelId} as model, ${generation.outputTokens} as tokens, ${generation.outputMs} as ms
			from ${generation}
			where ${generation.origin} = 'server' and ${generation.status} = 'complete'
				and ${generation.createdAt} > now() - make_interval(days => ${days})
				and not exists (
					select from ${event}
					where ${event.generationId} = ${generation.id} and ${event.event}->>'type' = 'recalled'
				)
			order by ${generation.createdAt} desc limit ${mostGenerations}
		),
		told as (
			select made.id, made.model, ${event.seq} as seq, ${event.event} as event
			from made join ${event} on ${event.generationId} = made.id
			where ${event.event}->>'type' in ('claim', 'verdict', 'handover')
		),
		handover as (select id, min(seq) as seq from told where event->>'type' = 'handover' group by id),
		claimed as (
			select told.id, told.model, event->'claim'->>'id' as claim
			from told left join handover on handover.id = told.id
			where event->>'type' = 'claim' and (handover.seq is null or told.seq < handover.seq)
		),
		judged as (
			select id, event->'verdict'->>'claimId' as claim, bool_and(event->'verdict'->'outcome'->>'kind' = 'confirmed') as confirmed
			from told where event->>'type' = 'verdict' group by 1, 2
		),
		truth as (
			select model, count(*)::int as claims, count(*) filter (where confirmed)::int as confirmed
			from claimed join judged using (id, claim) group by model
		)
		select model, count(*)::int as answers,
			(sum(tokens) filter (where ms > 0) * 1000.0 / sum(ms) filter (where ms > 0))::float8 as speed,
			coalesce(max(truth.claims), 0)::int as claims, coalesce(max(truth.confirmed), 0)::int as confirmed
		from made left join truth using (model) group by model
	`);
	const rows = v.parse(Rows, found.rows);
	return new Map(
		rows.map(({ model, speed, ...counts }) => [
			model,
			{ ...counts, ...(speed === null ? {} : { tokensPerSecond: speed }) }
		])
	);
}
