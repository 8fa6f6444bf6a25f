import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import type { NodePool } from '$lib/runner/node/pool';

/** How many times longer than on a usual machine something takes on this one, with all that it does just now; never below 1. */
export type Slowness = () => Promise<number>;

const yardstickCell = v.parse(CellId, 'yardstick');
/** A piece of work that takes a usual machine this long at most. */
const yardstick = 'sum(n * n for n in range(400_000))';
const usualMs = 300;
/** What takes longer tells no more. */
const limitMs = 60_000;

export function slownessOf(pool: NodePool): Slowness {
	const never = new AbortController().signal;
	return async () => {
		const group = pool.group(never);
		try {
			const { durationMs } = await group.run({ cellId: yardstickCell, code: yardstick, limitMs }, {}, never);
			return Math.max(1, durationMs / usualMs);
		} finally {
			group.close();
		}
	};
}

/**
 * How a run with a limit in seconds ended: the seconds are those of a usual machine. `allowed`: how many times as long it was given;
 * `slowness`: what was measured after it. What was ended on a machine that became slower than that is undecided.
 */
export function endOf(
	{ tookMs, wasEnded }: { tookMs: number; wasEnded: boolean },
	limitMs: number,
	{ allowed, slowness }: { allowed: number; slowness: number }
): 'in time' | 'too long' | 'undecided' {
	if (!wasEnded) return tookMs <= limitMs * slowness ? 'in time' : 'too long';
	return slowness > allowed ? 'undecided' : 'too long';
}
