import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { GenerationStatus } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import type { LogPart } from '$lib/domain/log-part';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectEvents } from '$lib/server/db/repositories/event';
import { selectGeneration } from '$lib/server/db/repositories/generation';
import { learnerOf, type Context } from './context';
import { interruptAbandoned } from './interrupt-abandoned';

/**
 * A log from the event numbered `from` on, and then on as it grows, until it has ended. The same events come whenever and wherever it is
 * followed: what is in the database is what is given.
 */
export async function followLog(
	context: Context,
	actor: Actor,
	{ id, from }: { id: GenerationId; from: number }
): Promise<Answer<(signal: AbortSignal) => AsyncGenerator<LogPart>>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	await interruptAbandoned(context, learnerId);
	const generation = await selectGeneration(context.db, learnerId, id);
	if (generation === undefined || !can(actor, 'generation.read', generation)) return notFound;
	return done((signal) => parts(context, id, from, signal));
}

async function* parts(
	{ db, generator }: Pick<Context, 'db' | 'generator'>,
	id: GenerationId,
	from: number,
	signal: AbortSignal
): AsyncGenerator<LogPart> {
	let next = from;
	let told: number | undefined;
	let mark: { next: number; status: GenerationStatus } | undefined;
	let wake: () => void = () => undefined;
	const leave = generator.follow(id, (seen) => {
		mark = seen;
		wake();
	});
	const over = AbortSignal.any([signal, generator.draining]);
	over.addEventListener('abort', () => wake(), { once: true });
	// Asked anew after each wait: the compiler would take the first answer for the last.
	const latest = (): typeof mark => mark;
	try {
		for (;;) {
			if (signal.aborted) return;
			const seen = latest();
			if (seen !== undefined && seen.next > next) {
				const live = generator.live(id);
				const fresh =
					live !== undefined && live.events.length > next
						? live.events.slice(next)
						: await selectEvents(db, id, next);
				for (const event of fresh) yield { type: 'event', seq: next++, event };
				continue;
			}
			if (seen !== undefined && seen.status !== 'running') {
				yield { type: 'end', status: seen.status };
				return;
			}
			if (generator.draining.aborted) {
				yield { type: 'end', status: 'running' };
				return;
			}
			const before = generator.live(id)?.before;
			if (before !== undefined && before !== told) yield { type: 'place', before };
			told = before;
			await new Promise<void>((resolve) => {
				wake = resolve;
				// What came between the look above and here woke nobody.
				if (latest() !== seen || over.aborted) resolve();
			});
		}
	} finally {
		leave();
	}
}
