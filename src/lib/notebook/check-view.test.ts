import { expect, it } from 'vitest';
import * as v from 'valibot';
import { CheckReport } from '$lib/domain/exercise-check';
import { checkView } from './check-view';

const view = (report: object, isForeseen = false) => checkView(v.parse(CheckReport, report), isForeseen);
const error = { type: 'NameError', message: 'name', frames: [], traceback: '' };

it('tells how many checks pass, and shows the first that does not', () => {
	const failed = { ok: false, call: 'f(1)', expected: '2', got: '3' };
	expect(view({ status: 'ran', checks: [{ ok: true }, failed, { ok: false }] })).toEqual({
		isPassed: false,
		title: '1 of 3 checks pass',
		failed
	});
	expect(view({ status: 'ran', checks: [{ ok: true }] })).toEqual({
		isPassed: true,
		title: 'The check passes'
	});
	expect(view({ status: 'ran', checks: [{ ok: true }, { ok: true }] }).title).toBe('All 2 checks pass');
});

it('leaves the word to the lesson where it foresaw the answer', () => {
	expect(view({ status: 'ran', checks: [{ ok: false, got: '3' }] }, true)).toEqual({
		isPassed: false,
		title: 'The check does not pass yet'
	});
	expect(view({ status: 'error', error }, true)).not.toHaveProperty('error');
	expect(view({ status: 'error', error })).toMatchObject({ isPassed: false, error });
});

it('never blames the learner for a check that cannot work', () => {
	const bad = {
		status: 'ran',
		checks: [
			{ ok: false, message: 'wrong' },
			{ ok: false, bad: 'no notes' }
		]
	};
	for (const report of [bad, { status: 'broken', message: 'no notes' }]) {
		const shown = view(report);
		expect(shown).not.toHaveProperty('failed');
		expect(shown.words).toContain('no notes');
	}
});

it('has something to do for every way in which an answer cannot be judged', () => {
	for (const status of ['endless', 'tampered']) expect(view({ status }).words).toMatch(/\w/);
});
