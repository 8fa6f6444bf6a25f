import { expect, it } from 'vitest';
import * as v from 'valibot';
import { CheckReport } from '$lib/domain/exercise-check';
import { AttemptResult } from '$lib/domain/attempt';
import { checkView, serverView } from './check-view';

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

const judged = (result: string, checks: object[] = []) =>
	v.parse(AttemptResult, {
		kind: 'judged',
		outcome: { result, passed: result === 'passed' ? 3 : 2, all: 3 },
		checks
	});

it('shows an answer as passed before the server says so only where that makes no checks of its own', () => {
	for (const server of [
		undefined,
		{ kind: 'unheard' } as const,
		v.parse(AttemptResult, { kind: 'unchecked', why: 'unavailable' })
	]) {
		expect(serverView(server, 0).isPassed).toBe(true);
		expect(serverView(server, 1).isPassed).toBe(false);
	}
});

it('takes the server’s word over the page’s', () => {
	expect(serverView(judged('passed'), 2)).toEqual({
		isPassed: true,
		title: 'All 3 checks pass',
		words: 'The 2 checks of the server pass, too.'
	});
	expect(serverView(judged('passed'), 0).words).toBeUndefined();
	expect(serverView(judged('failed', [{ ok: true }, { ok: false, message: 'Greet her.' }]), 2)).toEqual({
		isPassed: false,
		title: '2 of 3 checks pass',
		words: 'Greet her.'
	});
	expect(serverView(judged('failed', [{ ok: false }]), 0).words).toMatch(/server/);
});
