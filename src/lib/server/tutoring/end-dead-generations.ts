import { newExplanationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Database } from '$lib/server/db/client';
import { insertEvents, selectEvents } from '$lib/server/db/repositories/event';
import { updateGeneration } from '$lib/server/db/repositories/generation';
import { lockDead, selectDead } from '$lib/server/db/repositories/server-generation';
import { advance, assemble } from '$lib/tutor/assemble';

/**
 * Ends the generations whose writer has given no sign of life for so long: its process was killed, or its machine is gone. The log says
 * so, and what was true stays in it. Every process looks; one of them ends each.
 */
export async function endDeadGenerations(db: Database, seconds: number): Promise<void> {
	for (const id of await selectDead(db, seconds)) {
		await db.transaction(async (tx) => {
			const next = await lockDead(tx, id, seconds);
			if (next === undefined) return;
			const view = assemble(await selectEvents(tx, id));
			const start: TutorEvent[] =
				view.status === 'empty'
					? [{ type: 'explanation-start', explanationId: newExplanationId(), python: '' }]
					: [];
			const events: TutorEvent[] = [
				...start,
				{ type: 'explanation-error', error: 'interrupted', detail: 'The server that wrote it has died.' }
			];
			// The error must have its effect, or the row would end without a word.
			if (events.reduce(advance, view).status !== 'failed') return;
			await insertEvents(tx, id, next, events);
			await updateGeneration(tx, id, { status: 'interrupted', nextSeq: next + events.length });
		});
	}
}
