import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyExplanation } from '$lib/domain/arbitraries';
import { claimsOf, Explanation } from '$lib/domain/explanation';
import { sentencesOf } from '$lib/tutor/model-prose';
import * as v from 'valibot';
import { withLies } from './liar';

const sentence = 'It looks at each word and goes on. ';
const claims = (prefix: string): unknown[] =>
	Array.from({ length: 40 }, (_, index) => ({
		id: `${prefix}-${index}`,
		kind: 'count',
		probe: {},
		line: 1,
		expect: index
	}));
const honest = v.parse(Explanation, {
	purpose: { text: sentence.repeat(30), claims: claims('p') },
	steps: [{ text: sentence.repeat(60), claims: claims('s'), from: 1, to: 1 }],
	examples: claims('e'),
	edgeCases: []
});

test('lies in about as many claims and sentences as it was told to, and the same ones again', () => {
	const lies = { claims: 0.3, sentences: 1 / 3, seed: 7 };
	const told = withLies(honest, lies);
	const changed = claimsOf(told).filter((claim, index) => claim.expect !== claimsOf(honest)[index]?.expect);
	const marked = sentencesOf(told, 'for word in words:\n').filter(({ unchecked }) => unchecked);
	expect(changed.length / 120).toBeGreaterThan(0.2);
	expect(changed.length / 120).toBeLessThan(0.4);
	expect(marked.length / 90).toBeGreaterThan(0.2);
	expect(marked.length / 90).toBeLessThan(0.47);
	expect(withLies(honest, lies)).toEqual(told);
	expect(withLies(honest, { ...lies, seed: 8 })).not.toEqual(told);
});

test('who lies in everything has no sentence left unmarked in Purpose and Steps, and no claim as it was', () => {
	fc.assert(
		fc.property(fc.nat(), (seed) => {
			const told = withLies(honest, { claims: 1, sentences: 1, seed });
			expect(sentencesOf(told, 'for word in words:\n').every(({ unchecked }) => unchecked)).toBe(true);
		}),
		{ numRuns: 50 }
	);
	fc.assert(
		fc.property(anyExplanation, fc.nat(), (explanation, seed) => {
			const told = withLies(explanation, { claims: 1, sentences: 0, seed });
			const before = claimsOf(explanation);
			for (const [index, claim] of claimsOf(told).entries()) expect(claim).not.toEqual(before[index]);
			expect(withLies(explanation, { claims: 0, sentences: 0, seed })).toEqual(explanation);
		})
	);
});
