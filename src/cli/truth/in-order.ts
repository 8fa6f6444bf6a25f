/** How many results may wait for an earlier one, for each lane. */
const ahead = 16;

/**
 * Works on what comes, one in each lane at a time, and hands the results on in the order in which the work came. However much comes,
 * only a few are held: a lane that is too far ahead waits for the slowest. Rejects with the first error of a source or a sink.
 */
export async function inOrder<I, O, L>(
	work: AsyncIterator<I>,
	lanes: readonly L[],
	act: (one: I, lane: L) => Promise<O>,
	hand: (result: O) => Promise<void>,
	signal: AbortSignal
): Promise<void> {
	const ready = new Map<number, O>();
	let taken = 0;
	let handed = 0;
	let handing = Promise.resolve();
	let waiters: (() => void)[] = [];
	const handOn = async (): Promise<void> => {
		for (let next = ready.get(handed); next !== undefined; next = ready.get(handed)) {
			ready.delete(handed);
			await hand(next);
			handed += 1;
		}
		const woken = waiters;
		waiters = [];
		for (const wake of woken) wake();
	};
	let failed = false;
	// Asked anew after each wait; the compiler would take the first answer for the last.
	const isOver = (): boolean => failed || signal.aborted;
	const lane = async (place: L): Promise<void> => {
		for (;;) {
			while (taken - handed >= lanes.length * ahead && !isOver())
				await new Promise<void>((resolve) => waiters.push(resolve));
			if (isOver()) return;
			// Numbered before the wait: the iterator answers in the order of the questions.
			const number = taken;
			taken += 1;
			const next = await work.next();
			if (next.done === true) return;
			const result = await act(next.value, place);
			// What was interrupted is no result.
			if (signal.aborted) return;
			ready.set(number, result);
			handing = handing.then(handOn);
			await handing;
		}
	};
	const guarded = (place: L): Promise<void> =>
		lane(place).catch((error: unknown) => {
			failed = true;
			for (const wake of waiters) wake();
			throw error;
		});
	await Promise.all(lanes.map(guarded));
}
