import { and, asc, eq, gte, inArray } from 'drizzle-orm';
import type { GenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Database } from '../client';
import { event } from '../schema/event';

/** Appends events to a log that the caller has locked. `from` is the number of the first. */
export async function insertEvents(
	db: Database,
	generationId: GenerationId,
	from: number,
	events: readonly TutorEvent[]
): Promise<void> {
	await db
		.insert(event)
		.values(events.map((one, index) => ({ generationId, seq: from + index, event: one })));
}

/** A log from the event of this number on, in order. Whose it is has been asked before: events belong to their generation. */
export async function selectEvents(
	db: Database,
	generationId: GenerationId,
	from = 0
): Promise<TutorEvent[]> {
	const rows = await db
		.select({ event: event.event })
		.from(event)
		.where(and(eq(event.generationId, generationId), gte(event.seq, from)))
		.orderBy(asc(event.seq));
	return rows.map((row) => row.event);
}

/** Several logs at once, each in order. */
export async function selectLogs(
	db: Database,
	generationIds: readonly GenerationId[]
): Promise<Map<GenerationId, TutorEvent[]>> {
	const logs = new Map<GenerationId, TutorEvent[]>(generationIds.map((id) => [id, []]));
	if (generationIds.length === 0) return logs;
	const rows = await db
		.select({ generationId: event.generationId, event: event.event })
		.from(event)
		.where(inArray(event.generationId, [...generationIds]))
		.orderBy(event.generationId, asc(event.seq));
	for (const row of rows) logs.get(row.generationId)?.push(row.event);
	return logs;
}
