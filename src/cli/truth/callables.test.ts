import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Explanation } from '$lib/domain/explanation';
import { StaticFacts } from '$lib/domain/facts';
import { ClaimId } from '$lib/domain/ids';
import { countCallables } from './callables';

const named = (name: string, scope: string, parameters: string[]): object => ({
	name,
	scope,
	line: 1,
	endLine: 2,
	parameters: parameters.map((one) => ({ name: one, kind: 'plain' })),
	generator: false,
	async: false,
	recursive: false,
	mutates: [],
	documented: false
});
const facts = v.parse(StaticFacts, {
	functions: [
		named('fare', '', ['age', 'zone']),
		named('now', '', []),
		named('inner', 'fare', ['x']),
		named('_hidden', '', ['x']),
		named('__init__', 'Jar', ['self', 'size']),
		named('fill', 'Jar', ['self', 'amount']),
		named('of', 'Jar', ['amount'])
	],
	classes: [{ name: 'Jar', line: 1, endLine: 9, bases: [], methods: ['__init__', 'fill', 'of'], fields: [] }],
	...{ names: [], loops: [], branches: [], returns: [], raises: [], calls: [], imports: [] },
	prints: false,
	readsInput: false
});

const probes: Record<string, object> = {
	e1: { call: 'fare(3, 1)' },
	e2: { call: 'str(fare(3, 2))' },
	e3: { call: 'jar.fill(3)', setup: ['jar = Jar(5)'] },
	e4: { call: 'Jar.of(3)' },
	e5: { call: 'shared.fill(1)' },
	e6: {},
	e7: { call: 'add(2)', setup: ['add = fare(3, 4)'] },
	e8: { call: 'fare(9, 9)' }
};
const claims = Object.entries(probes).map(([id, probe]) => ({ id, kind: 'prints', probe, expect: '' }));
const [last, ...others] = claims.toReversed();
const explanation = v.parse(Explanation, {
	purpose: { text: 'It is.', claims: [] },
	steps: [],
	examples: others,
	edgeCases: [{ claim: last, why: 'So.' }]
});
const ids = (texts: string[]): Set<ClaimId> => new Set(texts.map((text) => v.parse(ClaimId, text)));

it('counts what was confirmed for each function and method that a probe can reach', () => {
	expect(countCallables(facts, explanation, ids(Object.keys(probes)), undefined)).toEqual([
		{ name: 'fare', parameters: 2, examples: 3, edgeCases: 1 },
		{ name: 'now', parameters: 0, examples: 0, edgeCases: 0 },
		{ name: 'Jar.fill', parameters: 1, examples: 2, edgeCases: 0 },
		{ name: 'Jar.of', parameters: 1, examples: 1, edgeCases: 0 }
	]);
	expect(countCallables(facts, explanation, ids(['e2']), 'fare')).toEqual([
		{ name: 'fare', parameters: 2, examples: 1, edgeCases: 0 }
	]);
	expect(countCallables(facts, explanation, ids(['e2']), 'other')).toEqual([]);
});
