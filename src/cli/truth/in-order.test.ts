import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from './in-order';

async function* counting(to: number, taken: { count: number }): AsyncGenerator<number> {
	for (let one = 0; one < to; one += 1) {
		taken.count += 1;
		yield await Promise.resolve(one);
	}
}
const never = new AbortController().signal;

it('hands the results on in the order of the work, however long each takes', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.nat(4), { maxLength: 60 }),
			fc.integer({ min: 1, max: 5 }),
			async (waits, lanes) => {
				const handed: number[] = [];
				const act = async (one: number): Promise<number> => {
					for (let turn = 0; turn < (waits[one] ?? 0); turn += 1) await new Promise(setImmediate);
					return one;
				};
				const places = Array.from({ length: lanes }, (_, lane) => lane);
				const hand = (one: number) => Promise.resolve(void handed.push(one));
				await inOrder(counting(waits.length, { count: 0 }), places, act, hand, never);
				expect(handed).toEqual(waits.map((_, one) => one));
			}
		),
		{ numRuns: 50 }
	);
});

it('holds few results while the first one takes its time', async () => {
	const taken = { count: 0 };
	let most = 0;
	let finish: () => void = () => undefined;
	const first = new Promise<void>((resolve) => (finish = resolve));
	const act = async (one: number): Promise<number> => {
		if (one === 0) await first;
		most = Math.max(most, taken.count);
		return one;
	};
	const handed: number[] = [];
	const hand = (one: number) => Promise.resolve(void handed.push(one));
	const all = inOrder(counting(500, taken), [0, 1], act, hand, never);
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect([most < 40, handed]).toEqual([true, []]);
	finish();
	await all;
	expect(handed).toHaveLength(500);
});

it('ends with the first error, and stops when it is told to', async () => {
	const act = (one: number): Promise<number> => Promise.resolve(one);
	const full = () => Promise.reject(new Error('the disk is full'));
	await expect(inOrder(counting(90, { count: 0 }), [0, 1, 2], act, full, never)).rejects.toThrow('full');
	const stop = new AbortController();
	const handed: number[] = [];
	const hand = (one: number): Promise<void> => {
		handed.push(one);
		if (one === 3) stop.abort();
		return Promise.resolve();
	};
	await inOrder(counting(90, { count: 0 }), [0], act, hand, stop.signal);
	expect(handed).toEqual([0, 1, 2, 3]);
});
