import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maxCodeBytes } from '$lib/domain/limits';
import type { Tutoring } from '$lib/server/app';
import { freshDatabase, type FreshDatabase } from './database';
import {
	cellId,
	explained,
	lessonId,
	lessonVersion,
	newLearner,
	newSubmission,
	openWorld,
	run
} from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
});
afterAll(() => database.client.close());

const hostile = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'\0',
				'\u0010',
				'\u00100',
				'\ud800',
				'\udfff',
				'\ud83d\ude00',
				'\r\n',
				'\u2028',
				'\ufeff'
			),
			fc.string({ unit: 'binary', maxLength: 8 })
		),
		{ maxLength: 12 }
	)
	.map((parts) => parts.join(''));

it('keeps code and output exactly, whatever they hold, through real Postgres', async () => {
	await fc.assert(
		fc.asyncProperty(hostile, hostile, async (code, output) => {
			const actor = newLearner();
			const draft = { code, lastRun: { code: output, result: run(output) } };
			const saved = await tutoring.saveDraft(actor, {
				lessonId,
				cellId,
				save: { lessonVersion, baseRevision: 0, draft }
			});
			expect(saved.ok).toBe(true);
			const work = await tutoring.loadWork(actor, { lessonId });
			expect(work.ok && work.value.drafts[0]?.draft.code).toBe(code);
			expect(work.ok && work.value.drafts[0]?.draft.lastRun?.code).toBe(output);
			const stored = work.ok ? work.value.drafts[0]?.draft.lastRun?.result.outputs[0] : undefined;
			expect(stored).toEqual({ kind: 'stdout', text: output });

			const submission = await newSubmission(code);
			await tutoring.submit(actor, { submission: { ...submission, stdin: [output] } });
			const read = await tutoring.readSubmission(actor, { id: submission.id });
			expect(read.ok && read.value.code).toBe(code);
			expect(read.ok && read.value.stdin).toEqual([output]);
		}),
		{ numRuns: 60 }
	);
});

it('keeps comments exactly', async () => {
	const actor = newLearner();
	const { explanationId } = await explained(tutoring, actor);
	const comment = 'half \ud83d, none \0, escape \u0010 0';
	const rating = { value: 'helpful' as const, reasons: [], comment };
	const rated = await tutoring.rate(actor, { explanationId, rating });
	expect(rated.ok && rated.value.comment).toBe(comment);
	const rows = await database.client.db.execute<{ comment: string }>(
		`select comment from rating where explanation_id = '${explanationId}'`
	);
	expect(rows.rows[0]?.comment).toBe('half \u0010sd83d, none \u00100, escape \u0010\u0010 0');
});

it('keeps 256 KB of code', async () => {
	const actor = newLearner();
	const code = 'é'.repeat(maxCodeBytes / 2);
	const submission = await newSubmission(code);
	expect((await tutoring.submit(actor, { submission })).ok).toBe(true);
	const read = await tutoring.readSubmission(actor, { id: submission.id });
	expect(read.ok && read.value.code === code).toBe(true);
});
