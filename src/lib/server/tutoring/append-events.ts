import type { AppendEvents, AppendResult } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { insertEvents, selectEvents } from '$lib/server/db/repositories/event';
import { lockGeneration, updateGeneration } from '$lib/server/db/repositories/generation';
import { upsertVerdicts } from '$lib/server/db/repositories/verdict';
import { advance, assemble, verdictsOf, type ExplanationView } from '$lib/tutor/assemble';
import { done, notFound, refuse, type Answer, type Refused } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';
import { maxLogLength, objectionTo, statusOf } from './log-rules';
import { sameContent } from './same-content';
import { storeExplanation } from './store-explanation';

/**
 * Appends to a generation's log. Events that are there already are not stored again; a gap, or other events at the same
 * numbers, is a conflict that carries the number of the next event. With `explanation-end` the explanation, its claims and
 * verdicts are stored in the same transaction; after it, verdicts may still come.
 */
export async function appendEvents(
	{ db }: Context,
	actor: Actor,
	{ id, append }: { id: GenerationId; append: AppendEvents }
): Promise<Answer<AppendResult>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	const { from, events } = append;
	return db.transaction(async (tx) => {
		const generation = await lockGeneration(tx, learnerId, id);
		if (generation === undefined || !can(actor, 'events.append', generation)) return notFound;
		const next = generation.nextSeq;
		// A model's words are written by the server that asked it.
		if (generation.origin !== 'browser')
			return refuse('conflict', { next, detail: 'The server writes this log.' });
		if (from > next) return refuse('conflict', { next, detail: 'Events before these are missing.' });
		const log = await selectEvents(tx, id);
		const known = Math.min(events.length, next - from);
		if (!sameContent(log.slice(from, from + known), events.slice(0, known))) {
			return refuse('conflict', { next, detail: 'The log holds other events at these numbers.' });
		}
		const fresh = events.slice(known);
		if (fresh.length === 0) return done({ next, status: generation.status });
		if (next + fresh.length > maxLogLength) return refuse('too-large', { next });

		const before = assemble(log);
		const grown = grow(before, fresh, { known, next });
		if (!grown.ok) return grown;
		// Nothing has been written so far, and a refusal from here on must not leave anything written.
		if (before.status !== 'complete' && grown.view.status === 'complete') {
			const refused = await storeExplanation(tx, id, grown.view);
			if (refused !== undefined) return refused;
		}
		await insertEvents(tx, id, next, fresh);
		const result: AppendResult = { next: next + fresh.length, status: statusOf(grown.view) };
		await updateGeneration(tx, id, { status: result.status, nextSeq: result.next });
		if (grown.view.status === 'complete' && grown.view.explanationId !== undefined) {
			await upsertVerdicts(tx, grown.view.explanationId, verdictsOf(grown.view));
		}
		return done(result);
	});
}

/** The view after these events, or why one of them is refused. */
function grow(
	before: ExplanationView,
	fresh: readonly TutorEvent[],
	{ known, next }: { known: number; next: number }
): { ok: true; view: ExplanationView } | Refused {
	let view = before;
	for (const [index, event] of fresh.entries()) {
		const objection = objectionTo(event, view);
		if (objection !== undefined) {
			const issues = [{ path: `events.${known + index}`, message: objection.message }];
			return refuse(objection.code, { next, issues, detail: objection.message });
		}
		view = advance(view, event);
	}
	return { ok: true, view };
}
