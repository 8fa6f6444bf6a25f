import { describe, expect, it } from 'vitest';
import { closingLine, countPlaywright, countTests, nothing, oneCheck, settled, sum } from './counts.mjs';
import { batches } from './lanes.mjs';
import { readArguments } from './run-test.mjs';

describe('counting', () => {
	it('reads the report of our own runners', () => {
		const report = {
			tests: [
				{ name: 'a', status: 'passed' },
				{ name: 'b', status: 'skipped', reason: 'no graphics' },
				{ name: 'c', status: 'skipped' },
				{ name: 'd', status: 'failed' },
				{ name: 'e', status: 'of a kind nobody knows' },
				{ name: 'f', status: 'passed', retried: true }
			]
		};
		expect(countTests(report)).toEqual({
			passed: 2,
			failures: ['d', 'e'],
			skips: [
				{ name: 'b', reason: 'no graphics' },
				{ name: 'c', reason: 'no reason given' }
			],
			retried: ['f']
		});
		expect(countTests('cut off')).toBeUndefined();
	});

	it("reads Playwright's report", () => {
		const spec = (
			/** @type {string} */ title,
			/** @type {string} */ status,
			/** @type {object[]} */ annotations = []
		) => ({
			title,
			tests: [{ status, annotations }]
		});
		const report = {
			suites: [
				{
					title: 'loop.spec.ts',
					specs: [spec('runs', 'expected'), spec('wobbles', 'flaky')],
					suites: [
						{
							title: 'rating',
							specs: [
								spec('stays', 'unexpected'),
								spec('waits', 'skipped', [{ type: 'skip', description: 'not yet' }])
							]
						}
					]
				}
			],
			errors: [{ message: 'the server did not start\nat line 3' }]
		};
		expect(countPlaywright(report)).toEqual({
			passed: 2,
			failures: ['loop.spec.ts › rating › stays', 'the server did not start'],
			skips: [{ name: 'loop.spec.ts › rating › waits', reason: 'not yet' }],
			retried: ['loop.spec.ts › wobbles']
		});
	});

	it('takes a runner without a report, without tests or with a bad end for failed', () => {
		expect(settled('unit', undefined, 1).failures).toEqual(['unit: ended with code 1 and left no report']);
		expect(settled('unit', nothing(), 0).failures).toEqual(['unit: no test ran']);
		expect(settled('unit', oneCheck('a', true), 3).failures).toEqual([
			'unit: ended with code 3 though no test failed'
		]);
		expect(settled('unit', oneCheck('a', true), 0)).toEqual(oneCheck('a', true));
		expect(settled('unit', oneCheck('a', false), 1)).toEqual(oneCheck('a', false));
	});

	it('closes with one line that CI can read', () => {
		const all = sum([
			oneCheck('a', true),
			oneCheck('b', false),
			{ ...nothing(), skips: [{ name: 'c', reason: 'x' }] }
		]);
		expect(closingLine(all)).toBe('1 passed, 1 failed, 1 skipped');
	});
});

describe('the lanes', () => {
	const lanes = batches.flat();
	const names = lanes.map((lane) => lane.name);

	it('run in this order, those of one batch side by side', () => {
		expect(batches.map((batch) => batch.map((lane) => lane.name))).toEqual([
			['build', 'format'],
			['lint', 'kernel', 'types', 'unused', 'imports', 'migrations'],
			['unit'],
			['e2e']
		]);
	});

	it('can be chosen, in their own order', () => {
		expect(readArguments([])).toEqual({ chosen: batches, long: false });
		const { chosen, long } = readArguments(['--only', 'e2e, unit', '--long']);
		expect(chosen.map((batch) => batch.map((lane) => lane.name))).toEqual([['unit'], ['e2e']]);
		expect(long).toBe(true);
	});

	it.each([[['--only', 'units']], [['--only', '']], [['--faster']]])(
		'refuse %j and name what there is',
		(args) => {
			expect(() => readArguments(args)).toThrow(names.join(', '));
		}
	);
});
