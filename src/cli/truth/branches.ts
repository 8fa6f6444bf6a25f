import type { RunFacts, StaticFacts } from '$lib/domain/facts';

/** A way that the code can go: an `if` that is taken, one that is not, a loop's body. */
type Branch = { readonly line: number; readonly scope: string; readonly way: 'taken' | 'not-taken' | 'body' };

/**
 * The branches of a program, and how many of them were gone through: by the examples, and for what stands outside of every function
 * also by the program itself, which runs before each example's call.
 */
export function countBranches(
	facts: StaticFacts,
	program: RunFacts | undefined,
	examples: readonly RunFacts[]
): { total: number; hit: number } {
	const branches: Branch[] = [
		...facts.branches.flatMap(({ line, scope }): Branch[] => [
			{ line, scope, way: 'taken' },
			{ line, scope, way: 'not-taken' }
		]),
		...facts.loops
			.filter(({ kind }) => kind !== 'comprehension')
			.map(({ line, scope }): Branch => ({ line, scope, way: 'body' }))
	];
	const hit = branches.filter(
		(branch) =>
			examples.some((run) => wentThrough(run, branch)) ||
			(branch.scope === '' && program !== undefined && examples.length > 0 && wentThrough(program, branch))
	);
	return { total: branches.length, hit: hit.length };
}

function wentThrough(run: RunFacts, { line, way }: Branch): boolean {
	const at = (counts: readonly { line: number; count: number }[]): number =>
		counts.find((one) => one.line === line)?.count ?? 0;
	switch (way) {
		case 'taken':
			return at(run.taken) > 0;
		case 'not-taken':
			return at(run.visits) > at(run.taken);
		case 'body':
			return at(run.passes) > 0;
	}
}
