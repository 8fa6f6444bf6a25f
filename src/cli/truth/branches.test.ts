import * as v from 'valibot';
import { expect, it } from 'vitest';
import { RunFacts, StaticFacts } from '$lib/domain/facts';
import { countBranches } from './branches';

const none = { functions: [], classes: [], names: [], returns: [], raises: [], calls: [], imports: [] };
const facts = v.parse(StaticFacts, {
	...none,
	branches: [
		{ line: 2, endLine: 3, scope: 'f', condition: 'x', hasElse: false },
		{ line: 8, endLine: 9, scope: '', condition: 'y', hasElse: false }
	],
	loops: [
		{ kind: 'for', line: 4, endLine: 5, scope: 'f', over: 'x' },
		{ kind: 'comprehension', line: 6, endLine: 6, scope: 'f', over: 'x' }
	],
	prints: false,
	readsInput: false
});

/** What a run counted at lines: visits, taken, passes. */
function run(...lines: [line: number, visits: number, taken: number, passes: number][]): RunFacts {
	const counts = (at: 1 | 2 | 3): object[] => lines.map((one) => ({ line: one[0], count: one[at] }));
	const seen = { visits: counts(1), taken: counts(2), passes: counts(3) };
	return v.parse(RunFacts, { status: 'ok', ...seen, values: [], stdout: '', steps: 1 });
}

it('counts both ways of an if and the body of a loop', () => {
	const both = [run([2, 1, 1, 0], [4, 1, 0, 0]), run([2, 1, 0, 0], [4, 1, 0, 2])];
	expect(countBranches(facts, undefined, both)).toEqual({ total: 5, hit: 3 });
	expect(countBranches(facts, undefined, both.slice(0, 1))).toEqual({ total: 5, hit: 1 });
	expect(countBranches(facts, undefined, [run([2, 3, 2, 0])])).toEqual({ total: 5, hit: 2 });
});

it('takes the run of the program for what stands outside of functions, and only where there is an example', () => {
	const program = run([2, 2, 1, 0], [8, 1, 1, 0]);
	expect(countBranches(facts, program, [run()])).toEqual({ total: 5, hit: 1 });
	expect(countBranches(facts, program, [])).toEqual({ total: 5, hit: 0 });
});
