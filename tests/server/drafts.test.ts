import { afterAll, beforeAll, expect, it } from 'vitest';
import * as v from 'valibot';
import { CellId, ContentHash } from '$lib/domain/ids';
import { maxStoredOutputChars } from '$lib/domain/limits';
import type { Tutoring } from '$lib/server/app';
import { freshDatabase, type FreshDatabase } from './database';
import { cellId, lessonId, lessonVersion, newLearner, openWorld, run } from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
});
afterAll(() => database.client.close());

const save = (baseRevision: number, code: string) => ({ lessonVersion, baseRevision, draft: { code } });

it('counts revisions, and overwrites nothing that another tab saved in between', async () => {
	const actor = newLearner();
	const put = (base: number, code: string) =>
		tutoring.saveDraft(actor, { lessonId, cellId, save: save(base, code) });
	expect(await put(0, 'one')).toMatchObject({ ok: true, value: { revision: 1 } });
	expect(await put(1, 'two')).toMatchObject({ ok: true, value: { revision: 2 } });
	expect(await put(1, 'other tab')).toMatchObject({
		ok: false,
		refusal: { code: 'conflict', stored: { revision: 2, draft: { code: 'two' } } }
	});
	expect(await put(0, 'third tab')).toMatchObject({ refusal: { stored: { draft: { code: 'two' } } } });
	expect(await put(9, 'from the future')).toMatchObject({ refusal: { stored: { draft: { code: 'two' } } } });
	const work = await tutoring.loadWork(actor, { lessonId });
	expect(work).toMatchObject({ value: { drafts: [{ revision: 2, draft: { code: 'two' } }] } });
});

it('says how the last run of a cell ended, without what it printed, and only to whose it is', async () => {
	const actor = newLearner();
	await tutoring.saveDraft(actor, { lessonId, cellId, save: save(0, 'one') });
	const typed = { lessonId, cellId, status: undefined, errorType: undefined };
	expect(await tutoring.readProgress(actor, {})).toMatchObject({ value: [typed] });
	const error = { type: 'NameError', message: 'name', frames: [], traceback: '' };
	const draft = { code: 'x', lastRun: { code: 'x', result: { ...run(), status: 'error' as const, error } } };
	await tutoring.saveDraft(actor, { lessonId, cellId, save: { ...save(1, 'x'), draft } });
	const ended = { lessonId, cellId, status: 'error', errorType: 'NameError' };
	expect(await tutoring.readProgress(actor, {})).toMatchObject({ value: [ended] });
	expect(await tutoring.readProgress(newLearner(), {})).toMatchObject({ value: [] });
});

it('stores a save once that was sent twice, because the answer was lost', async () => {
	const actor = newLearner();
	const put = () => tutoring.saveDraft(actor, { lessonId, cellId, save: save(0, 'one') });
	const both = await Promise.all([put(), put(), put()]);
	expect(both.map((answer) => answer.ok && answer.value.revision)).toEqual([1, 1, 1]);
});

it('lets exactly one of many different saves win', async () => {
	const actor = newLearner();
	const answers = await Promise.all(
		Array.from({ length: 8 }, (_, index) =>
			tutoring.saveDraft(actor, { lessonId, cellId, save: save(0, `tab ${index}`) })
		)
	);
	const winners = answers.flatMap((answer) => (answer.ok ? [answer.value.draft.code] : []));
	expect(winners).toHaveLength(1);
	for (const answer of answers) {
		if (!answer.ok) expect(answer.refusal.stored?.draft.code).toBe(winners[0]);
	}
});

it('takes work whose stored state is gone, as after a restored backup', async () => {
	const answer = await tutoring.saveDraft(newLearner(), { lessonId, cellId, save: save(7, 'survivor') });
	expect(answer).toMatchObject({ ok: true, value: { revision: 1, draft: { code: 'survivor' } } });
});

it('knows no cell and no version that was never served', async () => {
	const actor = newLearner();
	const elsewhere = v.parse(CellId, 'no-such-cell');
	const unknown = v.parse(ContentHash, 'b'.repeat(64));
	expect(await tutoring.saveDraft(actor, { lessonId, cellId: elsewhere, save: save(0, 'x') })).toMatchObject({
		refusal: { code: 'not-found' }
	});
	const stale = { ...save(0, 'x'), lessonVersion: unknown };
	expect(await tutoring.saveDraft(actor, { lessonId, cellId, save: stale })).toMatchObject({
		refusal: { code: 'not-found' }
	});
});

it('stores 64 K characters of output, and counts what it cut', async () => {
	const result = run('x'.repeat(maxStoredOutputChars + 500));
	const draft = { code: 'print()', lastRun: { code: 'print()', result } };
	const answer = await tutoring.saveDraft(newLearner(), {
		lessonId,
		cellId,
		save: { ...save(0, ''), draft }
	});
	const stored = answer.ok ? answer.value.draft.lastRun?.result : undefined;
	expect(stored?.truncated).toBe(500);
	expect(stored?.outputs).toEqual([{ kind: 'stdout', text: 'x'.repeat(maxStoredOutputChars) }]);
});
