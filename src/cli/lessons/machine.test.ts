import { expect, test } from 'vitest';
import { endOf } from './machine';

const ran = (tookMs: number) => ({ tookMs, wasEnded: false });
const ended = { tookMs: 9_000, wasEnded: true };

test.each([
	[ran(900), { allowed: 3, slowness: 1 }, 'in time'],
	[ran(1_100), { allowed: 3, slowness: 1 }, 'too long'],
	// The same on a machine that is busy with something else.
	[ran(1_100), { allowed: 3, slowness: 2 }, 'in time'],
	[ran(2_100), { allowed: 3, slowness: 2 }, 'too long'],
	[ended, { allowed: 9, slowness: 1 }, 'too long'],
	[ended, { allowed: 9, slowness: 8 }, 'too long'],
	// It has become slower than what was made up for.
	[ended, { allowed: 9, slowness: 10 }, 'undecided']
] as const)('%j on a machine with %j is %s, by a limit of a second', (run, machine, expected) => {
	expect(endOf(run, 1_000, machine)).toBe(expected);
});
