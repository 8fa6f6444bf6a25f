import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import * as v from 'valibot';
import { AttemptOutcome, CheckReport } from '$lib/domain/exercise-check';
import { CellId, newAttemptId, ContentHash } from '$lib/domain/ids';
import { ExerciseId } from '$lib/domain/lesson';
import type { Tutoring } from '$lib/server/app';
import type { Judged } from '$lib/server/tutoring/examiner';
import { freshDatabase, type FreshDatabase } from './database';
import { aboveId, exercise, lessonId, newAttempt, newLearner, openWorld } from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
let judged: Judged | Promise<Judged>;
let asked: string[] = [];
const me = newLearner();

const report = (given: object): Judged => ({ ok: true, report: v.parse(CheckReport, given) });
const good = report({ status: 'ran', checks: [{ ok: true }, { ok: true }] });
const make = (attempt = newAttempt(), exerciseId = exercise.id) =>
	tutoring.attempt(me, { lessonId, exerciseId, attempt });

beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db, (_found, { code }) => {
		asked.push(code);
		return Promise.resolve(judged);
	});
});
afterAll(() => database.client.close());
beforeEach(() => {
	asked = [];
	judged = good;
});

/** What is kept of an attempt, the browser's word first. */
async function kept(id: string): Promise<unknown[]> {
	const { rows } = await database.client.db.execute(
		`select "by", result, passed, checks, mistake, code from attempt where id = '${id}' order by "by"`
	);
	return rows;
}

it('keeps the claim and the server’s own word, which alone counts', async () => {
	const attempt = newAttempt('print(1)');
	expect(await make(attempt)).toEqual({
		ok: true,
		created: true,
		value: { kind: 'judged', outcome: { result: 'passed', passed: 2, all: 2 }, checks: [{ ok: true }] }
	});
	const row = { mistake: null, code: 'print(1)', result: 'passed' };
	expect(await kept(attempt.id)).toEqual([
		{ ...row, by: 'browser', passed: 1, checks: 1 },
		{ ...row, by: 'server', passed: 2, checks: 2 }
	]);
});

it('tells of a check that is the server’s whether it holds and its message, and nothing else', async () => {
	judged = report({
		status: 'ran',
		checks: [
			{ ok: false, call: 'open(1)', message: 'seen in the page' },
			{ ok: false, call: 'secret(1)', expected: 'secret', got: 'secret', message: 'Look at zero.' }
		],
		mistake: 'rounds-down'
	});
	const attempt = newAttempt();
	expect(await make(attempt)).toMatchObject({
		value: {
			kind: 'judged',
			outcome: { result: 'failed', passed: 0, all: 2, mistake: 'rounds-down' },
			checks: [{ ok: false, message: 'Look at zero.' }]
		}
	});
	expect(JSON.stringify(await make(attempt))).not.toMatch(/secret|open/);
	expect(await kept(attempt.id)).toMatchObject([
		{ result: 'passed' },
		{ result: 'failed', mistake: 'rounds-down' }
	]);
});

it.each(['failed', 'error', 'endless', 'tampered'] as const)(
	'keeps an answer that %s, and runs nothing',
	async (result) => {
		const attempt = { ...newAttempt(), claim: v.parse(AttemptOutcome, { result, passed: 0, all: 1 }) };
		expect(await make(attempt)).toMatchObject({ ok: true, value: { kind: 'claimed' } });
		expect(asked).toEqual([]);
		expect(await kept(attempt.id)).toMatchObject([{ by: 'browser', result }]);
	}
);

it('passes nothing where Python gives no answer, or the exercise is broken', async () => {
	const broken = report({ status: 'ran', checks: [{ ok: true }, { ok: false, bad: 'no notes' }] });
	const cases: [Judged, string][] = [
		[{ ok: false, why: 'unavailable' }, 'unavailable'],
		[{ ok: false, why: 'broken' }, 'broken'],
		[broken, 'broken'],
		[report({ status: 'ran', checks: [{ ok: true }, { ok: false, clock: true }] }), 'unavailable'],
		[report({ status: 'endless', clock: true }), 'unavailable']
	];
	for (const [answer, why] of cases) {
		judged = answer;
		const attempt = newAttempt();
		expect(await make(attempt)).toMatchObject({ value: { kind: 'unchecked', why } });
		expect(await kept(attempt.id)).toMatchObject([{ by: 'browser' }]);
		// Sent again, it is judged after all.
		judged = good;
		expect(await make(attempt)).toMatchObject({ value: { kind: 'judged', outcome: { result: 'passed' } } });
	}
});

it('does not take fewer checks for all of them', async () => {
	judged = report({ status: 'ran', checks: [{ ok: true }] });
	expect(await make()).toMatchObject({ value: { outcome: { result: 'failed', passed: 1, all: 2 } } });
});

it('judges once what is sent twice, and refuses another answer under the same id', async () => {
	const attempt = newAttempt();
	await make(attempt);
	judged = report({ status: 'endless' });
	expect(await make(attempt)).toMatchObject({ value: { kind: 'judged', outcome: { result: 'passed' } } });
	expect(asked).toHaveLength(1);
	expect(await make({ ...attempt, code: 'other' })).toMatchObject({ refusal: { code: 'conflict' } });
	expect(await tutoring.attempt(newLearner(), { lessonId, exerciseId: exercise.id, attempt })).toMatchObject({
		refusal: { code: 'not-found' }
	});
	expect(await kept(attempt.id)).toHaveLength(2);
});

it('has one word on what is sent twice at once, whatever each run of it gave', async () => {
	const attempt = newAttempt();
	const waiting: ((answer: Judged) => void)[] = [];
	judged = new Promise((resolve) => waiting.push(resolve));
	const first = make(attempt);
	await expect.poll(() => asked.length).toBe(1);
	judged = report({ status: 'ran', checks: [{ ok: true }, { ok: false }] });
	const second = await make(attempt);
	expect(second).toMatchObject({ value: { outcome: { result: 'failed' } } });
	for (const resolve of waiting) resolve(good);
	expect(await first).toMatchObject({ ok: true, value: { kind: 'judged', outcome: { result: 'failed' } } });
	expect(await kept(attempt.id)).toMatchObject([{ by: 'browser' }, { by: 'server', result: 'failed' }]);
});

it('finds neither an exercise nor a version that is not there', async () => {
	const other = { ...newAttempt(), lessonVersion: v.parse(ContentHash, '0'.repeat(64)) };
	for (const answer of [await make(other), await make(newAttempt(), v.parse(ExerciseId, 'other'))]) {
		expect(answer).toMatchObject({ refusal: { code: 'not-found' } });
	}
	expect(await kept(other.id)).toEqual([]);
});

it('refuses a claim that contradicts itself', async () => {
	for (const claim of [
		{ result: 'passed', passed: 1, all: 2 },
		{ result: 'failed', passed: 3, all: 2 }
	]) {
		const attempt = { ...newAttempt(), id: newAttemptId(), claim: v.parse(AttemptOutcome, claim) };
		expect(await make(attempt)).toMatchObject({ refusal: { code: 'invalid-body' } });
		expect(await kept(attempt.id)).toEqual([]);
	}
});

it('keeps code with any characters', async () => {
	const attempt = newAttempt('print("\0 \ud800")');
	await make(attempt);
	expect(await make(attempt)).toMatchObject({ ok: true, value: { kind: 'judged' } });
});

it('takes what runs before an answer from the cells above it alone, in their order, and keeps it', async () => {
	const above = { cellId: aboveId, code: 'def total(p): return sum(p)' };
	const attempt = { ...newAttempt(), context: [above] };
	expect(await make(attempt)).toMatchObject({ ok: true });
	const { rows } = await database.client.db.execute(
		`select context from attempt where id = '${attempt.id}' and "by" = 'server'`
	);
	expect(rows).toEqual([{ context: [above] }]);
	const nowhere = { cellId: v.parse(CellId, 'nowhere'), code: above.code };
	for (const context of [[nowhere], [above, above], [above, nowhere]])
		expect(await make({ ...newAttempt(), context })).toMatchObject({
			ok: false,
			refusal: { code: 'invalid-body' }
		});
	expect(asked).toHaveLength(1);
});
