import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyClaim, anyClaimId, anyExplanation, anyOutcome, anyVerdict } from './arbitraries';
import { Claim, PyText, pyTextOf } from './claim';
import { claimsOf, Explanation } from './explanation';
import { ClaimId } from './ids';
import { isRefuted, Outcome, Verdict } from './verdict';

const claim = (id: string): Claim => ({
	id: v.parse(ClaimId, id),
	kind: 'returns',
	probe: { call: 'f()' },
	expect: '1'
});
const plain: Explanation = {
	purpose: { text: 'It adds.', claims: [] },
	steps: [{ text: 'It begins.', claims: [], from: 1, to: 2 }],
	examples: [claim('a')],
	edgeCases: [{ claim: claim('b'), why: 'Zero.' }]
};

describe('any value', () => {
	test('an explanation passes its schema unchanged, through JSON too', () => {
		fc.assert(
			fc.property(anyExplanation, (any) => {
				expect(v.parse(Explanation, JSON.parse(JSON.stringify(any)))).toEqual(any);
			})
		);
	});

	test('a claim and a verdict do', () => {
		fc.assert(
			fc.property(anyClaimId.chain(anyClaim), anyVerdict(anyClaimId), (anyOf, verdict) => {
				expect(v.parse(Claim, JSON.parse(JSON.stringify(anyOf)))).toEqual(anyOf);
				expect(v.parse(Verdict, JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
			})
		);
	});
});

describe('claim ids', () => {
	test('are unique in the whole explanation', () => {
		expect(v.is(Explanation, plain)).toBe(true);
		const twice: Explanation[] = [
			{ ...plain, examples: [claim('a'), claim('a')] },
			{ ...plain, purpose: { text: '{b}', claims: [claim('b')] } },
			{ ...plain, steps: [{ text: '', claims: [claim('a')], from: 1, to: 1 }] }
		];
		for (const explanation of twice) expect(v.is(Explanation, explanation)).toBe(false);
	});

	test('claims come in the order of reading', () => {
		const explanation = {
			...plain,
			purpose: { text: '', claims: [claim('p')] },
			steps: [{ text: '', claims: [claim('s')], from: 1, to: 1 }]
		};
		expect(claimsOf(explanation).map(({ id }) => id)).toEqual(['p', 's', 'a', 'b']);
	});
});

describe('limits', () => {
	const many = (count: number): Claim[] => Array.from({ length: count }, (_, index) => claim(`c${index}`));

	test.each<[string, unknown, unknown]>([
		[
			'examples',
			{ ...plain, edgeCases: [], examples: many(50) },
			{ ...plain, edgeCases: [], examples: many(51) }
		],
		[
			'text',
			{ ...plain, purpose: { text: 'x'.repeat(10_000), claims: [] } },
			{ ...plain, purpose: { text: 'x'.repeat(10_001), claims: [] } }
		],
		[
			'steps',
			{ ...plain, steps: Array(200).fill(plain.steps[0]) },
			{ ...plain, steps: Array(201).fill(plain.steps[0]) }
		],
		['lines', plain, { ...plain, steps: [{ text: '', claims: [], from: 0, to: 1 }] }],
		['whole lines', plain, { ...plain, steps: [{ text: '', claims: [], from: 1.5, to: 2 }] }],
		['notes', { ...plain, notes: { examples: 'None found.' } }, { ...plain, notes: { steps: 'x' } }]
	])('of %s', (_, inside, outside) => {
		expect(v.is(Explanation, inside)).toBe(true);
		expect(v.is(Explanation, outside)).toBe(false);
	});

	test('values are source, or a repr that says so', () => {
		expect(v.is(PyText, '[1]')).toBe(true);
		expect(v.is(PyText, { text: '<x>', opaque: true })).toBe(true);
		for (const wrong of [1, null, { text: '<x>' }, { text: '<x>', opaque: false }, 'x'.repeat(20_001)]) {
			expect(v.is(PyText, wrong)).toBe(false);
		}
		expect([pyTextOf('1'), pyTextOf({ text: '<x>', opaque: true })]).toEqual(['1', '<x>']);
	});

	test.each([
		[{ kind: 'value', line: 1, name: 'a b', expect: '1' }],
		[{ kind: 'value', line: 1, name: '1a', expect: '1' }],
		[{ kind: 'value', line: 0, name: 'a', expect: '1' }],
		[{ kind: 'value', line: 1, name: 'a', visit: 0, expect: '1' }],
		[{ kind: 'count', line: 1, expect: -1 }],
		[{ kind: 'count', line: 1, expect: NaN }],
		[{ kind: 'raises', expect: { type: 'Not an error' } }],
		[{ kind: 'executed', line: 1, expect: 'yes' }],
		[{ kind: 'returns' }],
		[{ kind: 'equals', expect: '1' }]
	])('%j is no claim', (rest) => {
		expect(v.is(Claim, { id: 'a', probe: {}, ...rest })).toBe(false);
	});
});

test('refuted means contradicted or raised', () => {
	fc.assert(
		fc.property(anyOutcome, (outcome) => {
			expect(isRefuted(outcome)).toBe(outcome.kind === 'contradicted' || outcome.kind === 'raised');
		})
	);
	expect(v.is(Outcome, { kind: 'non-deterministic', seen: [{ kind: 'absent' }] })).toBe(false);
});
