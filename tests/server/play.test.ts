import { afterAll, beforeAll, expect, it } from 'vitest';
import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import { playId, playOrderId, playVersion } from '$lib/domain/play';
import type { Tutoring } from '$lib/server/app';
import { recordPlay } from '$lib/server/tutoring/record-play';
import { freshDatabase, type FreshDatabase } from './database';
import { newLearner, openWorld } from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
	await recordPlay(database.client);
	// Every start does it.
	await recordPlay(database.client);
});
afterAll(() => database.client.close());

it('keeps the cells of the learner’s own page and their list, and nothing under other names', async () => {
	const actor = newLearner();
	const put = (cell: string, code: string) =>
		tutoring.saveDraft(actor, {
			lessonId: playId,
			cellId: v.parse(CellId, cell),
			save: { lessonVersion: playVersion, baseRevision: 0, draft: { code } }
		});
	expect(await put(playOrderId, '["own-7"]')).toMatchObject({ ok: true, value: { revision: 1 } });
	expect(await put('own-7', 'x = 1')).toMatchObject({ ok: true });
	expect(await put('own-501', 'x = 1')).toMatchObject({ ok: false, refusal: { code: 'not-found' } });
	const work = await tutoring.loadWork(actor, { lessonId: playId });
	expect(work.ok && work.value.drafts.map(({ cellId, draft }) => [cellId, draft.code]).sort()).toEqual([
		[playOrderId, '["own-7"]'],
		['own-7', 'x = 1']
	]);
	expect(await tutoring.loadWork(newLearner(), { lessonId: playId })).toMatchObject({
		ok: true,
		value: { drafts: [] }
	});
});
