import { expect, test } from 'vitest';
import type { CellId } from '$lib/domain/ids';
import type { FromWorker, Wear } from '../protocol';
import { JobGroup, type Hear, type Source } from './group';
import type { RunnerProcess } from './process';

/** A process that ends every run at once, a little more used up each time: a real one leaves its stack behind too seldom. */
function groupOn(wears: readonly Wear[]) {
	const seen = { processes: 0, discarded: 0, restarted: [] as string[] };
	const source: Source = {
		acquire(take) {
			let runs = 0;
			let listener: Parameters<Hear>[0] | undefined;
			seen.processes += 1;
			const process = {
				beginJob: () => undefined,
				send({ id }: { id: string }) {
					const end = '{"status":"ok","durationMs":1,"variables":0}';
					const wear = wears[runs++] ?? 'spent';
					const message: FromWorker = { type: 'run-end', id, end, truncated: 0, files: 0, wear };
					queueMicrotask(() => listener?.message(message));
				}
			};
			// Of a process, a group uses no more than these two.
			queueMicrotask(() => take(process as unknown as RunnerProcess, (on) => (listener = on)));
			return () => undefined;
		},
		discard: () => (seen.discarded += 1),
		closed: () => undefined
	};
	const group = new JobGroup(source, new AbortController().signal, {
		restarted: (why) => seen.restarted.push(why)
	});
	return { group, seen };
}

const never = new AbortController().signal;
async function run(group: JobGroup, times: number): Promise<void> {
	for (let at = 0; at < times; at += 1)
		expect((await group.run({ cellId: 'cell' as CellId, code: '1' }, {}, never)).status).toBe('ok');
}

test('a process is used until it is spent, and the next job gets another', async () => {
	const { group, seen } = groupOn(['fresh', 'worn', 'worn', 'spent']);
	await run(group, 3);
	expect(seen).toEqual({ processes: 1, discarded: 0, restarted: [] });
	await run(group, 1);
	expect(seen).toEqual({ processes: 1, discarded: 1, restarted: ['worn'] });
	await run(group, 8);
	expect(seen).toEqual({ processes: 3, discarded: 3, restarted: ['worn', 'worn', 'worn'] });
});

test('one that holds too much memory goes with a word of that', async () => {
	const { group, seen } = groupOn(['memory']);
	await run(group, 1);
	expect(seen).toEqual({ processes: 1, discarded: 1, restarted: ['memory'] });
});
