import type { LearnerId } from '$lib/domain/ids';

/** One learner's requests that may wait while one of theirs runs. */
const mostWaitingOfOne = 2;

export type Place =
	| { readonly ok: true; readonly leave: () => void }
	/** `full`: this learner has as many requests as one may have. `gone`: the signal came first. */
	| { readonly ok: false; readonly why: 'full' | 'gone' };

export type FairQueue = {
	/**
	 * Waits until it is this request's turn; then `leave` must be called when it is done, once or more. `moved` hears how many will
	 * be let in before it, each time that changes.
	 */
	enter(who: LearnerId, signal: AbortSignal, moved?: (before: number) => void): Promise<Place>;
	/** How many run, and how many wait. */
	size(): { readonly running: number; readonly waiting: number };
};

type Waiting = {
	readonly who: LearnerId;
	readonly moved: (before: number) => void;
	readonly admit: () => void;
};

/**
 * Lets in as many requests as the model server can serve at once (`concurrency`), of each learner one at a time. Learners take turns:
 * who has been served least recently is next, however many requests others have in line.
 */
export function fairQueue(concurrency: () => number): FairQueue {
	const running: LearnerId[] = [];
	const waiting: Waiting[] = [];
	/** When a learner was let in last: a number that grows with each. */
	const turns = new Map<LearnerId, number>();
	let turn = 0;

	/** The next one of these to be let in, where `busy` have one running. */
	function nextOf(
		line: readonly Waiting[],
		busy: ReadonlySet<LearnerId>,
		last: ReadonlyMap<LearnerId, number>
	) {
		let found: Waiting | undefined;
		for (const each of line) {
			if (busy.has(each.who)) continue;
			if (found === undefined || (last.get(each.who) ?? 0) < (last.get(found.who) ?? 0)) found = each;
		}
		return found;
	}

	function admitAll(): void {
		while (running.length < concurrency()) {
			const next = nextOf(waiting, new Set(running), turns);
			if (next === undefined) break;
			waiting.splice(waiting.indexOf(next), 1);
			running.push(next.who);
			turns.set(next.who, (turn += 1));
			next.admit();
		}
		// Nobody's turn is remembered for longer than anybody can be before them.
		if (waiting.length === 0 && running.length === 0) turns.clear();
		tellPlaces();
	}

	/** As it would go if each request took the same time. */
	function tellPlaces(): void {
		const line = [...waiting];
		const last = new Map(turns);
		for (let before = 0; line.length > 0; before += 1) {
			// Whoever waits only for a request of their own comes after everybody else, not never.
			const next = nextOf(line, new Set(running), last) ?? nextOf(line, new Set(), last);
			if (next === undefined) break;
			line.splice(line.indexOf(next), 1);
			last.set(next.who, turn + before + 1);
			next.moved(before);
		}
	}

	const leaveOnce = (who: LearnerId): (() => void) => {
		let isInside = true;
		return () => {
			if (!isInside) return;
			isInside = false;
			running.splice(running.indexOf(who), 1);
			admitAll();
		};
	};

	return {
		enter(who, signal, moved = () => undefined) {
			if (signal.aborted) return Promise.resolve({ ok: false, why: 'gone' });
			const own = waiting.filter((each) => each.who === who).length + (running.includes(who) ? 1 : 0);
			if (own > mostWaitingOfOne) return Promise.resolve({ ok: false, why: 'full' });
			return new Promise<Place>((resolve) => {
				const entry: Waiting = {
					who,
					moved,
					admit: () => {
						signal.removeEventListener('abort', goAway);
						resolve({ ok: true, leave: leaveOnce(who) });
					}
				};
				const goAway = (): void => {
					waiting.splice(waiting.indexOf(entry), 1);
					resolve({ ok: false, why: 'gone' });
					tellPlaces();
				};
				signal.addEventListener('abort', goAway, { once: true });
				waiting.push(entry);
				admitAll();
			});
		},
		size: () => ({ running: running.length, waiting: waiting.length })
	};
}
