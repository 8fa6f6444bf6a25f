import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newLearnerId, type LearnerId } from '$lib/domain/ids';
import { fairQueue, type FairQueue, type Place } from './fair-queue';

const never = new AbortController().signal;
const [ada, bob, cyd] = [newLearnerId(), newLearnerId(), newLearnerId()] as const;

/** Enters and keeps what comes of it, and every place in the line that it hears. */
type Entry = { place: Place | undefined; heard: number[] };
function enter(queue: FairQueue, who: LearnerId, signal = never): Entry {
	const entry: Entry = { place: undefined, heard: [] };
	void queue.enter(who, signal, (before) => entry.heard.push(before)).then((place) => (entry.place = place));
	return entry;
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const leave = ({ place }: Entry): void => {
	if (place?.ok === true) place.leave();
};

test('one runs and two wait; a fourth is turned away', async () => {
	const queue = fairQueue(() => 8);
	const entries = [1, 2, 3, 4].map(() => enter(queue, ada));
	await settle();
	expect(entries.map(({ place }) => place?.ok)).toEqual([true, undefined, undefined, false]);
	expect(entries[3]?.place).toEqual({ ok: false, why: 'full' });
	leave(entries[0]!);
	await settle();
	expect(entries.map(({ place }) => place?.ok)).toEqual([true, true, undefined, false]);
	expect(queue.size()).toEqual({ running: 1, waiting: 1 });
});

test('learners take turns, and each hears how many are before it', async () => {
	const queue = fairQueue(() => 1);
	const first = enter(queue, ada);
	const second = enter(queue, ada);
	const third = enter(queue, ada);
	const other = enter(queue, bob);
	const last = enter(queue, cyd);
	await settle();
	expect([second, third, other, last].map(({ heard }) => heard.at(-1))).toEqual([2, 3, 0, 1]);
	const order: Entry[] = [];
	for (let current: Entry | undefined = first; current !== undefined;) {
		leave(current);
		await settle();
		current = [second, third, other, last].find(
			(entry) => entry.place?.ok === true && !order.includes(entry)
		);
		if (current !== undefined) order.push(current);
	}
	expect(order).toEqual([other, last, second, third]);
	expect(queue.size()).toEqual({ running: 0, waiting: 0 });
});

test('who goes away leaves the line, and leaving twice frees one place', async () => {
	const queue = fairQueue(() => 1);
	const going = new AbortController();
	const first = enter(queue, ada);
	const gone = enter(queue, bob, going.signal);
	const next = enter(queue, cyd);
	const after = enter(queue, bob);
	await settle();
	going.abort();
	await settle();
	expect(gone.place).toEqual({ ok: false, why: 'gone' });
	expect(next.heard.at(-1)).toBe(0);
	leave(first);
	leave(first);
	await settle();
	expect([next.place?.ok, after.place]).toEqual([true, undefined]);
	expect((await queue.enter(cyd, AbortSignal.abort())).ok).toBe(false);
	expect(queue.size()).toEqual({ running: 1, waiting: 1 });
});

test('a server that can do more is given more', async () => {
	let concurrency = 1;
	const queue = fairQueue(() => concurrency);
	const entries = [ada, bob, cyd].map((who) => enter(queue, who));
	await settle();
	concurrency = 2;
	leave(entries[0]!);
	await settle();
	expect(entries.map(({ place }) => place?.ok)).toEqual([true, true, true]);
});

test('however they come and go: never too many, never two of one learner, and in the end everybody had their turn', async () => {
	const learners = Array.from({ length: 5 }, newLearnerId);
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 3 }),
			fc.array(
				fc.oneof(
					fc.nat(4).map((who) => ({ who })),
					fc.nat(20).map((done) => ({ done }))
				),
				{ maxLength: 40 }
			),
			async (concurrency, moves) => {
				const queue = fairQueue(() => concurrency);
				const entries: (Entry & { who: LearnerId; left: boolean })[] = [];
				const inside = (): typeof entries => entries.filter(({ place, left }) => place?.ok === true && !left);
				const end = async (entry: (typeof entries)[number]): Promise<void> => {
					leave(entry);
					entry.left = true;
					await Promise.resolve();
					await Promise.resolve();
				};
				for (const move of moves) {
					if ('who' in move) {
						const who = learners[move.who]!;
						entries.push(Object.assign(enter(queue, who), { who, left: false }));
						await Promise.resolve();
						await Promise.resolve();
					} else {
						const entry = inside()[move.done % Math.max(1, inside().length)];
						if (entry !== undefined) await end(entry);
					}
					expect(inside().length).toBeLessThanOrEqual(concurrency);
					expect(new Set(inside().map(({ who }) => who)).size).toBe(inside().length);
				}
				for (let entry = inside()[0]; entry !== undefined; entry = inside()[0]) await end(entry);
				expect(entries.every(({ place }) => place !== undefined)).toBe(true);
				expect(queue.size()).toEqual({ running: 0, waiting: 0 });
			}
		)
	);
});
