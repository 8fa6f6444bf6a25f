import type { Claim } from '$lib/domain/claim';
import type { Explanation } from '$lib/domain/explanation';
import type { StaticFacts } from '$lib/domain/facts';
import type { ClaimId } from '$lib/domain/ids';
import { parseProbe } from '$lib/domain/probe-grammar';
import type { CallableCount } from './row';

/**
 * Which functions and methods of a program have how many confirmed examples and edge cases. Those that a probe cannot reach do not
 * count: functions inside of functions, names that begin with an underscore. `entry`: only this one is asked about; nothing
 * where there is none of that name.
 */
export function countCallables(
	facts: StaticFacts,
	explanation: Explanation,
	confirmed: ReadonlySet<ClaimId>,
	entry: string | undefined
): CallableCount[] {
	const classes = new Map(facts.classes.map(({ name, methods }) => [name, methods]));
	const reachable = new Map(
		facts.functions
			.filter(({ name, scope }) => (scope === '' || classes.has(scope)) && !name.startsWith('_'))
			.map(({ name, scope, parameters }): [string, number] => {
				const isMethod = scope !== '' && ['self', 'cls'].includes(parameters[0]?.name ?? '');
				return [scope === '' ? name : `${scope}.${name}`, parameters.length - (isMethod ? 1 : 0)];
			})
	);
	const count = (claims: readonly Claim[], name: string): number =>
		claims.filter((claim) => confirmed.has(claim.id) && calledBy(claim, classes) === name).length;
	const wanted = [...reachable.keys()].filter((name) => entry === undefined || entry === name);
	return wanted.map((name) => ({
		name,
		parameters: reachable.get(name) ?? 0,
		examples: count(explanation.examples, name),
		edgeCases: count(
			explanation.edgeCases.map(({ claim }) => claim),
			name
		)
	}));
}

/** A function that makes a function that makes a function is the deepest that a probe goes. */
const mostMakers = 3;

/** The function or `Class.method` that a claim calls. */
function calledBy({ probe }: Claim, classes: ReadonlyMap<string, readonly string[]>): string | undefined {
	const parsed = parseProbe(probe, undefined);
	if (!parsed.ok || parsed.call === undefined) return undefined;
	const { function: name, owner } = parsed.call;
	const madeBy = (bound: string) => parsed.setup.findLast(({ target }) => target === bound)?.value;
	if (owner === undefined) {
		// What a function that makes functions does is seen in what it made.
		let first = name;
		for (let turn = 0; turn < mostMakers; turn += 1) {
			const maker = madeBy(first);
			if (maker?.kind !== 'call' || maker.owner !== undefined) break;
			first = maker.function;
		}
		return first;
	}
	if (classes.has(owner)) return `${owner}.${name}`;
	const made = madeBy(owner);
	if (made?.kind === 'call' && classes.has(made.function)) {
		// What is inherited is told of as the method of the class that has it.
		if (classes.get(made.function)?.includes(name) === true) return `${made.function}.${name}`;
	}
	const having = [...classes].find(([, methods]) => methods.includes(name))?.[0];
	return having === undefined ? undefined : `${having}.${name}`;
}
