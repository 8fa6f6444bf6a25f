import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyExplanation, anyExplanationId } from '$lib/domain/arbitraries';
import { claimsOf, Explanation, sections } from '$lib/domain/explanation';
import { ClaimId } from '$lib/domain/ids';
import { objectionTo } from '$lib/server/tutoring/log-rules';
import { answerReader } from './answer-reader';
import { advance, assemble, emptyView, explanationOf, type ExplanationView } from './assemble';
import { completedBy } from './complete-with';
import { eventsOf } from './narrate';

const builtIn = v.parse(Explanation, {
	purpose: {
		text: 'It gives {a} and {b}.',
		claims: [{ id: 'a', kind: 'count', probe: {}, line: 1, expect: 1 }]
	},
	steps: [
		{ from: 1, to: 2, text: 'Early.', claims: [] },
		{ from: 3, to: 4, text: 'Late {s}.', claims: [{ id: 's', kind: 'count', probe: {}, line: 3, expect: 1 }] }
	],
	examples: [
		{ id: 'x', kind: 'returns', probe: { call: 'f(1)' }, expect: '1' },
		{ id: 'y', kind: 'returns', probe: { call: 'f(2)' }, expect: '2' }
	],
	edgeCases: [{ claim: { id: 'z', kind: 'returns', probe: { call: 'f(0)' }, expect: '0' }, why: 'Zero.' }]
});

const id = fc.sample(anyExplanationId, 1)[0]!;
const cut = (answer: string): ExplanationView => {
	const reader = answerReader({ lines: 9 });
	const events = [...reader.push(answer), ...reader.end().events];
	return assemble([{ type: 'explanation-start', explanationId: id, python: '3.14' }, ...events]);
};
const finished = (view: ExplanationView, by: Explanation): ExplanationView =>
	[...completedBy(view, by), { type: 'explanation-end' as const }].reduce(advance, view);

describe('an answer that broke off', () => {
	test('in its purpose', () => {
		const view = finished(cut('{"purpose":{"text":"It counts the wo'), builtIn);
		expect(explanationOf(view)).toEqual({
			...builtIn,
			purpose: { ...builtIn.purpose, text: 'It counts the wo …\nIt gives {a} and {b}.' }
		});
	});

	test('before it began', () => {
		expect(explanationOf(finished(cut('Sorry'), builtIn))).toEqual(builtIn);
	});

	test('in its steps: what was explained is not explained again, but for the step that was cut', () => {
		const model =
			'{"purpose":{"text":"P {a}","claims":[{"id":"a","kind":"count","line":2,"expect":5}]},"steps":[{"from":1,"to":2,"text":"Mine';
		const view = finished(cut(model), builtIn);
		expect(view.purpose.text).toBe('P {a}');
		expect(view.steps.map(({ text }) => text)).toEqual(['Mine …', 'Early.', 'Late {s}.']);
		expect(view.examples).toEqual(builtIn.examples);
	});

	test('a step that begins on the last line that was explained is told already', () => {
		const view = finished(cut('{"steps":[{"from":1,"to":3,"text":"Mine."}'), builtIn);
		expect(view.steps.map(({ text }) => text)).toEqual(['Mine.']);
	});

	test('where an id is taken, the other one changes, in its slot too', () => {
		const model = '{"examples":[{"id":"a","kind":"returns","probe":{"call":"f(1)"},"expect":"9"},';
		const view = finished(cut(model), builtIn);
		expect(view.purpose.text).toBe('It gives {own-1} and {b}.');
		expect(view.purpose.claims[0]?.id).toBe('own-1');
		// The same question is not put twice.
		expect(view.examples.map(({ id: name }) => name)).toEqual(['a', 'y']);
	});
});

test('whatever was there stays, everything is ended, and the server takes it', () => {
	fc.assert(
		fc.property(anyExplanation, anyExplanation, fc.nat(40), (model, own, length) => {
			const begun = eventsOf(model, { explanationId: id, python: '3' }).slice(0, 1 + length);
			const view = assemble(begun);
			let grown = view;
			for (const event of completedBy(view, own)) {
				expect(objectionTo(event, grown)).toBeUndefined();
				grown = advance(grown, event);
			}
			expect(sections.every((section) => grown.sections[section] === 'done')).toBe(true);
			const document = explanationOf(advance(grown, { type: 'explanation-end' }));
			expect(document).toBeDefined();
			const kept = claimsOf(grown).map((claim) => claim.id);
			expect(kept).toEqual(expect.arrayContaining(claimsOf(view).map((claim) => claim.id)));
			expect(grown.purpose.text.startsWith(view.purpose.text)).toBe(true);
			for (const [at, { text, ...step }] of view.steps.entries()) {
				expect(grown.steps[at]).toMatchObject(step);
				expect(grown.steps[at]?.text.startsWith(text)).toBe(true);
			}
		})
	);
	expect(advance(emptyView, { type: 'section-end', section: 'steps' })).toBe(emptyView);
	expect(v.is(ClaimId, 'own-1')).toBe(true);
});
