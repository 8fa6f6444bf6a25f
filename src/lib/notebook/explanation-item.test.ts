import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Claim } from '$lib/domain/claim';
import { ClaimId, newExplanationId } from '$lib/domain/ids';
import { builtInModelId } from '$lib/domain/model';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Outcome } from '$lib/domain/verdict';
import { assemble } from '$lib/tutor/assemble';
import { explanationItem, stepAt } from './explanation-item';

const step = (from: number, to: number) => ({ from, to, sentences: [] });

test('a line belongs to the step that speaks about the fewest lines around it', () => {
	const steps = [step(1, 6), step(2, 3), step(3, 3), step(8, 8)];
	const found = [1, 2, 3, 4, 7, 8, undefined].map((line) => stepAt(steps, line));
	expect(found.map((lines) => lines && [lines.from, lines.to])).toEqual([
		[1, 6],
		[2, 3],
		[3, 3],
		[1, 6],
		undefined,
		[8, 8],
		undefined
	]);
});

const claim = (id: string, expected: string): Claim => ({
	id: v.parse(ClaimId, id),
	kind: 'returns',
	probe: { call: 'f(2)' },
	expect: expected
});
const [lie, worse, truth] = [claim('a', '5'), claim('b', '6'), claim('c', '4')];
const head: TutorEvent = { type: 'explanation-start', explanationId: newExplanationId(), python: '3.14' };
const said = (text: string): TutorEvent => ({ type: 'section-delta', delta: { section: 'purpose', text } });
const verdict = ({ id }: Claim, outcome: Outcome): TutorEvent => ({
	type: 'verdict',
	verdict: { claimId: id, by: 'browser', outcome }
});
const refuted: Outcome = { kind: 'contradicted', actual: { kind: 'value', value: '4' } };
const itemOf = (events: readonly TutorEvent[], modelId = 'mistral:7b') =>
	explanationItem({
		view: assemble([head, ...events]),
		code: 'def f(n):\n    return 2 * n\n',
		modelId,
		running: false,
		stale: false,
		before: undefined
	});

test('what was refuted is folded behind what stands in its place, and counts no more', () => {
	const { examples, purpose, progress } = itemOf([
		said('It gives {a}.'),
		{ type: 'claim', place: { section: 'purpose' }, claim: lie },
		verdict(lie, refuted),
		{ type: 'replacement', refuted: lie.id, by: 'model', claim: worse },
		verdict(worse, refuted),
		{ type: 'replacement', refuted: worse.id, by: 'built-in', claim: truth },
		verdict(truth, { kind: 'confirmed' })
	]);
	expect(examples).toEqual([]);
	const slots = purpose.flatMap(({ parts }) =>
		parts.flatMap((part) => (part.kind === 'slot' ? [part.item] : []))
	);
	expect(slots).toMatchObject([
		{
			claim: truth,
			status: { kind: 'confirmed' },
			refuted: [
				{ claim: lie, status: { kind: 'contradicted' } },
				{ claim: worse, status: { kind: 'contradicted' } }
			]
		}
	]);
	expect(progress).toEqual({ all: 1, checked: 1, confirmed: 1 });
});

test('a refuted claim that nothing could stand in for stays, with its verdict', () => {
	const { examples, progress } = itemOf([
		{ type: 'claim', place: { section: 'examples' }, claim: lie },
		verdict(lie, refuted),
		{ type: 'replacement', refuted: lie.id, by: 'nobody' }
	]);
	expect(examples).toMatchObject([{ claim: lie, status: { kind: 'contradicted' } }]);
	expect(progress).toEqual({ all: 1, checked: 1, confirmed: 0 });
});

test('the answer to another question stands in no sentence, and under no reason, that is about the first one', () => {
	const other: Claim = { ...truth, probe: { call: 'f(9)' } };
	const { purpose, examples } = itemOf([
		said('It gives {a}.'),
		{ type: 'claim', place: { section: 'purpose' }, claim: lie },
		verdict(lie, refuted),
		{ type: 'replacement', refuted: lie.id, by: 'built-in', claim: other },
		verdict(other, { kind: 'confirmed' })
	]);
	expect(examples).toEqual([]);
	expect(purpose.flatMap(({ parts }) => parts).filter(({ kind }) => kind === 'slot')).toMatchObject([
		{ item: { claim: lie, status: { kind: 'contradicted' } } }
	]);
	const { edgeCases, progress } = itemOf([
		{ type: 'claim', place: { section: 'edgeCases', why: 'Two is the least.' }, claim: lie },
		verdict(lie, refuted),
		{ type: 'replacement', refuted: lie.id, by: 'built-in', claim: other },
		verdict(other, { kind: 'confirmed' })
	]);
	expect(edgeCases).toMatchObject([{ claim: other, refuted: [{ claim: lie }] }]);
	expect(edgeCases[0]).not.toHaveProperty('why');
	expect(progress).toEqual({ all: 1, checked: 1, confirmed: 1 });
});

test('a sentence of a model that states a value is marked; what the built-in explainer adds has its own rules', () => {
	const events = [
		said('It runs three times. '),
		{ type: 'handover' as const, why: 'cut-off' as const },
		said('It gives it back.')
	];
	const marks = (modelId?: string): boolean[] =>
		itemOf(events, modelId).purpose.map(({ unchecked }) => unchecked);
	expect(marks()).toEqual([true, false]);
	expect(marks(builtInModelId)).toEqual([false, false]);
	expect(itemOf(events)).toMatchObject({
		isModel: true,
		author: 'mistral:7b, then built-in',
		remark: 'The model broke off. The built-in explainer wrote the rest.'
	});
});
