import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyClaim, anyClaimId, anyOutcome, anyText } from '$lib/domain/arbitraries';
import { Claim } from '$lib/domain/claim';
import { Prompt } from '$lib/domain/prompt';
import { isRefuted, type Outcome } from '$lib/domain/verdict';
import { repairedClaims, repairPrompt, repairSchema, standingFor, type Refuted } from './repair';

const returns = (id: string, call: string, expected: string): Claim =>
	v.parse(Claim, { id, kind: 'returns', probe: { call }, expect: expected });
const contradicted: Outcome = { kind: 'contradicted', actual: { kind: 'value', value: '4' } };
const refuted: Refuted[] = [
	{ claim: returns('a', 'f(2)', '3'), outcome: contradicted },
	{
		claim: v.parse(Claim, { id: 'b', kind: 'count', probe: {}, line: 2, expect: 5 }),
		outcome: { kind: 'raised', error: { type: 'ValueError', message: 'no' } }
	}
];
const first = {
	kind: 'chat' as const,
	version: 'explain/1',
	messages: [
		{ role: 'system' as const, content: 'Rules.' },
		{ role: 'user' as const, content: 'Explain.' }
	]
};

describe('the second question', () => {
	test('goes on from the first one, with what the code gives', () => {
		const prompt = repairPrompt(first, '{"purpose":1}', refuted);
		expect(v.is(Prompt, prompt)).toBe(true);
		const messages = prompt.kind === 'chat' ? prompt.messages : [];
		expect(messages.slice(0, 3)).toEqual([
			...first.messages,
			{ role: 'assistant', content: '{"purpose":1}' }
		]);
		expect(messages[3]?.content.split('\n').slice(0, 3)).toEqual([
			'## Evidence',
			'| a: you claimed {"probe":{"call":"f(2)"},"kind":"returns","expect":"3"}. The code gives 4',
			'| b: you claimed {"probe":{},"kind":"count","line":2,"expect":5}. The code raises ValueError: no'
		]);
	});

	test('goes on with a text where the model only goes on', () => {
		const prompt = repairPrompt(
			{ kind: 'completion', version: 'x', text: 'A\n## Answer\n', stop: [] },
			'{}',
			refuted
		);
		expect(prompt.kind === 'completion' ? prompt.text : '').toMatch(
			/^A\n## Answer\n\{\}\n\n## Evidence\n\| a: [^]*\n## Answer\n$/
		);
	});

	test('whatever the code printed or raised, it stays behind its mark', () => {
		const some = fc
			.tuple(anyClaimId.chain(anyClaim), anyOutcome)
			.map(([claim, outcome]) => ({ claim, outcome }));
		fc.assert(
			fc.property(fc.array(some, { maxLength: 15 }), (given) => {
				const prompt = repairPrompt(first, '', given);
				const asked = (prompt.kind === 'chat' ? prompt.messages.at(-1)?.content : '') ?? '';
				const [evidence = ''] = asked.split('\n\nRunning the code');
				expect(
					evidence
						.split(/[\r\n\u2028\v\f]/)
						.slice(1)
						.filter((line) => !line.startsWith('| '))
				).toEqual([]);
			})
		);
	});
});

describe('the second answer', () => {
	test('has a claim for a refuted one, if it says something else', () => {
		const answer = `Sorry! {"claims":[
			{"id":"a","kind":"returns","probe":{"call":"f(2)"},"expect":"4"},
			{"id":"a","kind":"returns","probe":{"call":"f(2)"},"expect":"5"},
			{"id":"b","kind":"count","probe":{},"line":2,"expect":5},
			{"id":"new","kind":"count","line":2,"expect":5}, 7]}`;
		expect(repairedClaims(answer, refuted)).toEqual([returns('a', 'f(2)', '4')]);
	});

	test('is held to a list of so many claims', () => {
		expect(repairSchema).toMatchObject({
			required: ['claims'],
			additionalProperties: false,
			properties: { claims: { type: 'array', maxItems: 8 } }
		});
	});

	test('may be anything', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				expect(repairedClaims(`{"claims":[${text}`, refuted).length).toBeLessThanOrEqual(2);
			})
		);
	});
});

describe('what stands in the place of a refuted claim', () => {
	const confirmed: Outcome = { kind: 'confirmed' };
	const same = returns('x', 'f(2)', '4');
	const like = returns('y', 'f(0)', '0');

	test('the repaired one, if a run confirms it', () => {
		const repaired = [{ claim: returns('a', 'f(2)', '4'), outcome: confirmed }];
		expect(standingFor(refuted.slice(0, 1), repaired, [same])).toEqual([
			{ refuted: 'a', by: 'model', claim: repaired[0]?.claim }
		]);
	});

	test.each<Outcome>([contradicted, { kind: 'timed-out' }, { kind: 'not-checkable', why: 'not-a-literal' }])(
		'the built-in one, if it is %j',
		(outcome) => {
			const repaired = [{ claim: returns('a', 'f(2)', '5'), outcome }];
			expect(standingFor(refuted.slice(0, 1), repaired, [like, same])).toEqual([
				{ refuted: 'a', by: 'built-in', claim: same }
			]);
			expect(standingFor(refuted.slice(0, 1), repaired, [like])).toEqual([
				{ refuted: 'a', by: 'built-in', claim: like }
			]);
			expect(standingFor(refuted.slice(0, 1), repaired, [])).toEqual([{ refuted: 'a', by: 'nobody' }]);
		}
	);

	test('each built-in claim stands in one place only, and nothing refuted stands anywhere', () => {
		const some = fc.record({ claim: anyClaimId.chain(anyClaim), outcome: anyOutcome });
		fc.assert(
			fc.property(
				fc.uniqueArray(some, { selector: ({ claim }) => claim.id, maxLength: 6 }),
				fc.array(some, { maxLength: 6 }),
				fc.uniqueArray(anyClaimId.chain(anyClaim), { selector: ({ id }) => id, maxLength: 6 }),
				(given, repaired, own) => {
					const standing = standingFor(given, repaired, own);
					expect(standing.map((each) => each.refuted)).toEqual(
						given.filter(({ outcome }) => isRefuted(outcome)).map(({ claim }) => claim.id)
					);
					const theirs = standing.filter(({ by }) => by === 'built-in').map(({ claim }) => claim?.id);
					expect(new Set(theirs).size).toBe(theirs.length);
					for (const { by, claim } of standing) {
						const isTrue = repaired.some((each) => each.claim === claim && each.outcome.kind === 'confirmed');
						expect(isTrue).toBe(by === 'model');
					}
				}
			)
		);
	});
});
