import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyExplanation, anyExplanationId, anyText, anyVerdict } from '$lib/domain/arbitraries';
import { claimsOf, type Explanation } from '$lib/domain/explanation';
import { ClaimId, ExplanationId } from '$lib/domain/ids';
import { TutorEvent } from '$lib/domain/tutor-event';
import type { Outcome, VerdictBy } from '$lib/domain/verdict';
import { advance, assemble, emptyView, explanationOf, outcomeOf, verdictsOf } from './assemble';
import { eventsOf } from './narrate';

const head = {
	explanationId: v.parse(ExplanationId, '6f3c2f0e-4f8a-4b57-9f0e-2d1c5a7b9e11'),
	python: '3.14.2'
};
const end: TutorEvent = { type: 'explanation-end' };
const id = (text: string): ClaimId => v.parse(ClaimId, text);
const verdict = (claim: string, by: VerdictBy, outcome: Outcome): TutorEvent => ({
	type: 'verdict',
	verdict: { claimId: id(claim), by, outcome }
});

const explanation: Explanation = {
	purpose: { text: 'It doubles `n`: {ex}', claims: [] },
	steps: [
		{
			text: 'The result is {sum}.',
			claims: [{ id: id('sum'), kind: 'count', probe: {}, line: 2, expect: 1 }],
			from: 1,
			to: 2
		}
	],
	examples: [{ id: id('ex'), kind: 'returns', probe: { call: 'f(2)' }, expect: '4' }],
	edgeCases: [
		{ claim: { id: id('edge'), kind: 'returns', probe: { call: 'f(0)' }, expect: '0' }, why: 'Zero.' }
	],
	notes: { edgeCases: 'Only numbers were tried.' }
};
const told = eventsOf(explanation, head);

describe('narrating and assembling', () => {
	test('are inverse', () => {
		fc.assert(
			fc.property(anyExplanation, anyExplanationId, anyText, (any, explanationId, python) => {
				const view = assemble([...eventsOf(any, { explanationId, python }), end]);
				expect(explanationOf(view)).toEqual(any);
				expect(view).toMatchObject({ status: 'complete', explanationId, python });
			})
		);
	});

	test('every event told is one that the schema takes', () => {
		fc.assert(
			fc.property(anyExplanation, (any) => {
				for (const event of eventsOf(any, head)) expect(v.parse(TutorEvent, event)).toEqual(event);
			})
		);
	});

	test('an explanation is there only once its end is', () => {
		expect(explanationOf(assemble(told))).toBeUndefined();
		expect(explanationOf(assemble([...told, end]))).toEqual(explanation);
	});

	test('what the schema would refuse is no explanation', () => {
		const delta: TutorEvent = {
			type: 'section-delta',
			delta: { section: 'purpose', text: 'x'.repeat(20_000) }
		};
		const start = told.slice(0, 2);
		expect(explanationOf(assemble([...start, delta, end]))).toBeUndefined();
	});
});

describe('progress', () => {
	test('shows what is waiting, running and done', () => {
		const upTo = (count: number) => assemble(told.slice(0, count));
		expect(upTo(0)).toEqual(emptyView);
		expect(upTo(1).status).toBe('running');
		expect(upTo(2).sections).toMatchObject({ purpose: 'running', steps: 'waiting' });
		expect(upTo(4).sections).toMatchObject({ purpose: 'done', steps: 'waiting' });
		expect(Object.values(assemble(told).sections)).toEqual(['done', 'done', 'done', 'done']);
	});

	test('text grows by deltas', () => {
		const more = (text: string): TutorEvent => ({
			type: 'section-delta',
			delta: { section: 'purpose', text }
		});
		expect(assemble([...told.slice(0, 2), more('a'), more('b'), more('b')]).purpose.text).toBe('abb');
	});

	test('an error says what is lost and keeps what was told', () => {
		const view = assemble([
			...told.slice(0, 4),
			{ type: 'explanation-error', error: 'stopped', detail: 'd' },
			end
		]);
		expect(view).toMatchObject({ status: 'failed', error: { kind: 'stopped', detail: 'd' } });
		expect(view.purpose.text).toBe(explanation.purpose.text);
		expect(explanationOf(view)).toBeUndefined();
	});

	test('an error may be all there is', () => {
		expect(assemble([{ type: 'explanation-error', error: 'runner-failed', detail: '' }]).status).toBe(
			'failed'
		);
	});
});

describe('odd orders', () => {
	const anyEvent = fc.oneof(
		fc.constantFrom(...told, end),
		anyVerdict(fc.constantFrom(...claimsOf(explanation).map((claim) => claim.id), id('unknown'))).map(
			(given): TutorEvent => ({ type: 'verdict', verdict: given })
		)
	);

	test('never throw, and never change the view before', () => {
		fc.assert(
			fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
				const first = assemble(events);
				const copy = structuredClone(first);
				for (const event of events) advance(first, event);
				expect(first).toEqual(copy);
			})
		);
	});

	test('a whole log played twice shows the same', () => {
		const log = [...told, verdict('ex', 'browser', { kind: 'confirmed' }), end];
		expect(assemble([...log, ...log])).toEqual(assemble(log));
	});

	test('claims and verdicts sent twice count once', () => {
		const doubled = told.flatMap((event): TutorEvent[] =>
			event.type === 'section-delta' ? [event] : [event, event]
		);
		expect(assemble(doubled)).toEqual(assemble(told));
	});

	test('a claim or text of a step that never began changes nothing', () => {
		const start = told.slice(0, 1);
		const claim = claimsOf(explanation)[0];
		if (claim === undefined) throw new Error('The sample has claims.');
		const lost: TutorEvent[] = [
			{ type: 'claim', place: { section: 'steps', step: 0 }, claim },
			{ type: 'section-delta', delta: { section: 'steps', step: 1, from: 1, to: 1, text: 'x' } }
		];
		expect(assemble([...start, ...lost])).toEqual(assemble(start));
	});

	test('nothing is shown of a log without its start', () => {
		expect(assemble([...told.slice(1), end])).toEqual(emptyView);
	});
});

describe('verdicts', () => {
	const confirmed: Outcome = { kind: 'confirmed' };
	const late: Outcome = { kind: 'timed-out' };

	test('the server’s run wins over the browser’s, whichever came first', () => {
		const both = [verdict('ex', 'server', late), verdict('ex', 'browser', confirmed)];
		expect(outcomeOf(assemble([...told, ...both]), id('ex'))).toEqual(late);
		expect(outcomeOf(assemble([...told, ...both.toReversed()]), id('ex'))).toEqual(late);
	});

	test('of one party the latest stands', () => {
		const view = assemble([...told, verdict('ex', 'browser', late), verdict('ex', 'browser', confirmed)]);
		expect(outcomeOf(view, id('ex'))).toEqual(confirmed);
		expect(verdictsOf(view)).toHaveLength(1);
	});

	test('on an unknown claim changes nothing, even one called constructor', () => {
		const view = assemble(told);
		expect(assemble([...told, verdict('constructor', 'browser', confirmed)])).toEqual(view);
		expect(outcomeOf(view, id('constructor'))).toBeUndefined();
	});

	test('are taken after the end, in the order of reading', () => {
		const view = assemble([
			...told,
			end,
			verdict('edge', 'server', confirmed),
			verdict('sum', 'server', confirmed),
			verdict('ex', 'browser', late)
		]);
		expect(verdictsOf(view).map(({ claimId }) => claimId)).toEqual(['sum', 'ex', 'edge']);
	});
});

describe('what stands in the place of a refuted claim', () => {
	const claim = { id: id('again-1'), kind: 'returns', probe: { call: 'f(2)' }, expect: '5' } as const;
	const replace = (refuted: string, more: object = { claim }): TutorEvent =>
		v.parse(TutorEvent, { type: 'replacement', refuted, by: 'model', ...more });

	test.each(['sum', 'ex', 'edge'])('is right behind it, wherever that is: %s', (refuted) => {
		const before = claimsOf(assemble(told)).map((each) => each.id);
		const view = assemble([
			...told,
			replace(refuted),
			verdict('again-1', 'server', { kind: 'confirmed' }),
			end
		]);
		const at = before.indexOf(id(refuted));
		expect(claimsOf(view).map((each) => each.id)).toEqual(before.toSpliced(at + 1, 0, claim.id));
		expect(view.replacements).toEqual(new Map([[refuted, { by: 'model', claimId: 'again-1' }]]));
		expect(outcomeOf(view, claim.id)).toEqual({ kind: 'confirmed' });
		expect(explanationOf(view)).toBeDefined();
	});

	test('may be nothing, and may be replaced in its turn', () => {
		const chain = [
			replace('ex'),
			replace('again-1', { claim: { ...claim, id: 'own-1' } }),
			replace('own-1', {})
		];
		const view = assemble([...told, ...chain]);
		expect(view.examples.map((each) => each.id)).toEqual(['ex', 'again-1', 'own-1']);
		expect(view.replacements.get(id('own-1'))).toEqual({ by: 'model' });
	});

	test('changes nothing where the claim is unknown, has been replaced, or the new one has a taken id', () => {
		const view = assemble([...told, replace('ex')]);
		expect(advance(view, replace('no-such'))).toBe(view);
		expect(advance(view, replace('ex', {}))).toBe(view);
		expect(advance(view, replace('sum'))).toBe(view);
		expect(advance(view, replace('sum', { claim: { ...claim, id: 'sum' } }))).toBe(view);
	});
});

test('a handover says how much was there, once', () => {
	const handover: TutorEvent = { type: 'handover', why: 'cut-off' };
	const view = assemble([...told.slice(0, 6), handover]);
	expect(view.handover).toEqual({
		why: 'cut-off',
		purpose: explanation.purpose.text.length,
		steps: 1,
		examples: 0,
		edgeCases: 0
	});
	expect(advance(view, { ...handover, why: 'timed-out' })).toBe(view);
});
