import * as v from 'valibot';
import { expect, it } from 'vitest';
import { errorRow, ReportRow } from './row';
import { missesOf, quantile, summarise } from './summary';
import { asTable } from './table';

const claim = (id: string): object => ({ id, kind: 'returns', probe: { call: 'f(1)' }, expect: '1' });
const row = (id: string, outcome: object, more: object = {}): ReportRow =>
	v.parse(ReportRow, {
		id,
		status: 'explained',
		explanation: {
			purpose: { text: 'It is.', claims: [] },
			steps: [{ text: 'One.', claims: [], from: 1, to: 1 }],
			examples: [claim('e1')],
			edgeCases: [{ claim: claim('k1'), why: 'So.' }]
		},
		verdicts: [
			{ claimId: 'e1', by: 'node', outcome },
			{ claimId: 'k1', by: 'node', outcome: { kind: 'confirmed' } }
		],
		branches: { total: 4, hit: 3 },
		callables: [
			{ name: 'f', parameters: 1, examples: 3, edgeCases: 2 },
			{ name: 'g', parameters: 0, examples: 0, edgeCases: 0 }
		],
		unknownNames: [],
		valuesOutsideSlots: 0,
		grade: 4,
		words: 100,
		ms: 20,
		...more
	});

async function* rows(...all: ReportRow[]): AsyncGenerator<ReportRow> {
	for (const one of all) yield await Promise.resolve(one);
}

it('counts refuted claims, and those that are shown as true and false', async () => {
	const differed = { python: '3.14.2', agreed: 1, differed: [{ claimId: 'e1', got: '2' }], untried: [] };
	const summary = await summarise(
		rows(
			row('good', { kind: 'confirmed' }),
			row('shown-false', { kind: 'confirmed' }, { secondWay: differed }),
			row('refuted', { kind: 'contradicted', actual: { kind: 'value', value: '2' } }),
			row('raised', { kind: 'raised', error: { type: 'E', message: '' } }),
			row('open', { kind: 'not-checkable', why: 'needs-file' }),
			errorRow('none', 'no JSON')
		)
	);
	expect(summary).toMatchObject({
		programs: 6,
		explained: 5,
		errors: 1,
		fourSections: 1,
		fourSectionsFilled: 1,
		errorExplained: null,
		claims: {
			total: 10,
			byKind: { returns: 10 },
			confirmed: 7,
			refuted: 2,
			shownFalse: 1,
			notCheckable: { 'needs-file': 1 }
		},
		secondWay: { agreed: 1, differed: 1, pythons: ['3.14.2'] },
		callables: { total: 5, withThreeAndTwo: 1, examples: 3 },
		branches: { total: 20, hit: 15, median: 0.75, share: 0.75 },
		ms: { p50: 20, p95: 20 },
		errorReasons: { 'no JSON': 1 }
	});
	expect(summary.worst.map(({ id }) => id)).toEqual([
		'shown-false',
		'refuted',
		'raised',
		'none',
		'open',
		'good'
	]);
	const table = asTable(summary);
	expect(
		table.filter((line) => /^(?:refuted|shown false) /.test(line)).map((line) => line.split(/ {2,}/))
	).toEqual([
		['refuted', '2', '(wanted: 0)'],
		['shown false', '1', '(wanted: 0)']
	]);
});

it('says what a row misses, the gravest first', () => {
	const lacking = {
		callables: [{ name: 'f', parameters: 2, examples: 1, edgeCases: 2 }],
		unknownNames: ['x']
	};
	expect(missesOf(row('a', { kind: 'confirmed' }, lacking)).misses).toEqual([
		'unknown names x',
		'f: 1 examples and 2 edge cases',
		'3 of 4 branches'
	]);
	const whole = { branches: { total: 0, hit: 0 } };
	expect(missesOf(row('b', { kind: 'confirmed' }, whole))).toEqual({ misses: [], weight: 0 });
});

it('an empty report has no shares', async () => {
	expect(await summarise(rows())).toMatchObject({ programs: 0, fourSections: null, ms: { p95: null } });
});

it.each([
	[[], 0.5, null],
	[[3], 0.95, 3],
	[[4, 1, 3, 2], 0.5, 2],
	[[4, 1, 3, 2], 0.95, 4],
	[[4, 1, 3, 2], 1, 4]
] as const)('of %j the quantile %d is %s', (numbers, wanted, expected) => {
	expect(quantile(numbers, wanted)).toBe(expected);
});
