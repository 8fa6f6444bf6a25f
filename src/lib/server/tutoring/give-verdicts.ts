import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { AppendResult, GiveVerdicts } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { insertEvents, selectEvents } from '$lib/server/db/repositories/event';
import { lockGeneration, updateGeneration } from '$lib/server/db/repositories/generation';
import { upsertVerdicts } from '$lib/server/db/repositories/verdict';
import { advance, assemble } from '$lib/tutor/assemble';
import { learnerOf, type Context } from './context';
import { maxLogLength, objectionTo } from './log-rules';
import { sameContent } from './same-content';

/**
 * Adds what a browser's bench found out to a log that the server writes, wherever that stands by now; the server repairs by it. What is
 * there already is not added again. After the end verdicts still come: a reader's own bench runs the claims of an answer that is kept.
 */
export async function giveVerdicts(
	{ db }: Context,
	actor: Actor,
	{ id, given }: { id: GenerationId; given: GiveVerdicts }
): Promise<Answer<AppendResult>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	return db.transaction(async (tx) => {
		const generation = await lockGeneration(tx, learnerId, id);
		if (generation === undefined || !can(actor, 'events.append', generation)) return notFound;
		const { nextSeq: next, status } = generation;
		if (generation.origin !== 'server') {
			return refuse('conflict', { next, detail: 'The browser writes this log itself.' });
		}
		const before = assemble(await selectEvents(tx, id));
		const fresh = given.verdicts.filter(
			(verdict) => !(before.verdicts.get(verdict.claimId) ?? []).some((known) => sameContent(known, verdict))
		);
		if (next + fresh.length > maxLogLength) return refuse('too-large', { next });
		const events = fresh.map((verdict) => ({ type: 'verdict' as const, verdict }));
		let view = before;
		for (const [index, event] of events.entries()) {
			const objection = objectionTo(event, view);
			if (objection !== undefined) {
				const issues = [{ path: `verdicts.${index}`, message: objection.message }];
				return refuse(objection.code, { next, issues, detail: objection.message });
			}
			view = advance(view, event);
		}
		if (events.length === 0) return done({ next, status });
		await insertEvents(tx, id, next, events);
		await updateGeneration(tx, id, { status, nextSeq: next + events.length });
		if (view.status === 'complete' && view.explanationId !== undefined) {
			await upsertVerdicts(tx, view.explanationId, fresh);
		}
		return done({ next: next + events.length, status });
	});
}
