import * as v from 'valibot';
import type { GenerationStatus } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import { TutorEvent } from '$lib/domain/tutor-event';
import type { Database } from '$lib/server/db/client';
import { insertEvents, selectEvents } from '$lib/server/db/repositories/event';
import { updateGeneration } from '$lib/server/db/repositories/generation';
import { lockRunning } from '$lib/server/db/repositories/server-generation';
import { upsertVerdicts } from '$lib/server/db/repositories/verdict';
import { advance, emptyView, verdictsOf, type ExplanationView } from '$lib/tutor/assemble';
import { objectionTo, statusOf } from './log-rules';
import { storeExplanation } from './store-explanation';

/** Pieces of text that come within this time are one event: a log is read whole, and a model may write a hundred tokens a second. */
const burstMs = 100;
/** So long is a database waited for that is away. */
const patienceMs = 20_000;
const retryMs = 500;

export type Appended = {
	/** The number of the first. */
	readonly from: number;
	/** What is new to the log since the last time, whoever added it. */
	readonly events: readonly TutorEvent[];
	readonly status: GenerationStatus;
};

export type GenerationWriter = {
	/** Adds an event soon; it may be joined with the one before it. */
	tell(event: TutorEvent): void;
	/** Resolves when everything told is in the log. */
	flushed(): Promise<void>;
	/** The log as far as it is stored, with what others added. */
	view(): ExplanationView;
	/** Reads what others have added meanwhile. */
	read(): Promise<void>;
};

export type WriterTools = {
	readonly db: Database;
	readonly appended: (appended: Appended) => void;
	/** The log takes no more: it was ended by somebody else, its learner deleted it, or the database stays away. */
	readonly lost: (why: string) => void;
};

/**
 * Writes a generation's log while it is made. Browsers add their verdicts to the same log, so an event's number is known only when it is
 * stored, under the row's lock.
 */
export function generationWriter(id: GenerationId, { db, appended, lost }: WriterTools): GenerationWriter {
	let pending: TutorEvent[] = [];
	let known = 0;
	let view = emptyView;
	let isLost = false;
	let lastAt = -Infinity;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let work: Promise<void> = Promise.resolve();

	/** One after the other: each goes on from where the log stands then. */
	function queue(step: () => Promise<void>): Promise<void> {
		work = work.then(step);
		return work;
	}

	function flush(): Promise<void> {
		clearTimeout(timer);
		timer = undefined;
		return queue(async () => {
			if (pending.length === 0 || isLost) return;
			lastAt = performance.now();
			const events = pending;
			pending = [];
			await persistently(() => append(events));
		});
	}

	async function persistently(step: () => Promise<void>): Promise<void> {
		const startedAt = performance.now();
		for (;;) {
			try {
				return await step();
			} catch (error) {
				if (performance.now() - startedAt > patienceMs) {
					isLost = true;
					return lost(error instanceof Error ? error.message : String(error));
				}
				await new Promise((resolve) => setTimeout(resolve, retryMs));
			}
		}
	}

	async function append(told: readonly TutorEvent[]): Promise<void> {
		const result = await db.transaction(async (tx) => {
			const next = await lockRunning(tx, id);
			if (next === undefined) return undefined;
			const others = next > known ? await selectEvents(tx, id, known) : [];
			let grown = others.reduce(advance, view);
			const own: TutorEvent[] = [];
			for (const event of told) {
				// What others may not add, we do not add either.
				if (event.type !== 'verdict' && objectionTo(event, grown) !== undefined) continue;
				const added = event.type === 'explanation-end' ? await end(tx, grown) : event;
				own.push(added);
				grown = advance(grown, added);
			}
			if (own.length > 0) {
				await insertEvents(tx, id, next, own);
				await updateGeneration(tx, id, { status: statusOf(grown), nextSeq: next + own.length });
			}
			return { events: [...others, ...own], grown };
		});
		if (result === undefined) {
			isLost = true;
			return lost('The generation does not run any more.');
		}
		const from = known;
		known += result.events.length;
		view = result.grown;
		appended({ from, events: result.events, status: statusOf(view) });
	}

	/** The end, with what it adds up to stored; or, where it does not add up, the event that says so. */
	async function end(tx: Database, before: ExplanationView): Promise<TutorEvent> {
		const whole = advance(before, { type: 'explanation-end' });
		const refused = await storeExplanation(tx, id, whole);
		if (refused !== undefined)
			return { type: 'explanation-error', error: 'explainer-failed', detail: refused.refusal.detail ?? '' };
		if (whole.explanationId !== undefined) await upsertVerdicts(tx, whole.explanationId, verdictsOf(whole));
		return { type: 'explanation-end' };
	}

	return {
		tell(event) {
			// In the order of the schema's keys, as it is read back: the bytes that readers get are the same, live and from the database.
			const plain = v.parse(TutorEvent, event);
			const last = pending.at(-1);
			const joined = last === undefined ? undefined : joinedDelta(last, plain);
			if (joined === undefined) pending.push(plain);
			else pending[pending.length - 1] = joined;
			// The first word of a burst goes at once.
			const waitMs = lastAt + burstMs - performance.now();
			if (waitMs <= 0) void flush();
			else timer ??= setTimeout(() => void flush(), waitMs);
		},
		flushed: () => flush(),
		view: () => view,
		read: () =>
			queue(() =>
				isLost
					? Promise.resolve()
					: persistently(async () => {
							const others = await selectEvents(db, id, known);
							if (others.length === 0) return;
							const from = known;
							known += others.length;
							view = others.reduce(advance, view);
							appended({ from, events: others, status: statusOf(view) });
						})
			)
	};
}

/** Far below what an event may hold. */
const maxJoined = 5_000;

/** Two pieces of the same text as one; undefined where they are not. */
function joinedDelta(one: TutorEvent, next: TutorEvent): TutorEvent | undefined {
	if (one.type !== 'section-delta' || next.type !== 'section-delta') return undefined;
	const { delta: a } = one;
	const { delta: b } = next;
	if ('text' in a && a.text.length > maxJoined) return undefined;
	if (a.section === 'purpose' && b.section === 'purpose')
		return { type: 'section-delta', delta: { ...a, text: a.text + b.text } };
	if (a.section === 'steps' && b.section === 'steps' && a.step === b.step)
		return { type: 'section-delta', delta: { ...a, text: a.text + b.text } };
	return undefined;
}
