import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as v from 'valibot';
import type { Draft } from '$lib/domain/draft';
import { joinSeconds, maxVersions } from '$lib/domain/draft-version';
import { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import { parseLesson } from '$lib/lessons/parse';
import type { Tutoring } from '$lib/server/app';
import { recordLesson } from '$lib/server/tutoring/record-lesson';
import { freshDatabase, type FreshDatabase } from './database';
import { cellId, lesson, lessonId, lessonVersion, newLearner, openWorld, run } from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
});
afterAll(() => database.client.close());

/** A learner at one cell, whose saves follow on each other. */
function writer() {
	const actor = newLearner();
	let revision = 0;
	const save = async (draft: Draft, more: { reset?: boolean; lessonVersion?: ContentHash } = {}) => {
		const answer = await tutoring.saveDraft(actor, {
			lessonId,
			cellId,
			save: { lessonVersion, baseRevision: revision, draft, ...more }
		});
		if (!answer.ok) throw new Error(`This was not saved: ${answer.refusal.code}`);
		revision = answer.value.revision;
	};
	const type = (code: string) => save({ code });
	/** Types it and runs it. */
	const runs = (code: string) => save({ code, lastRun: { code, result: run() } });
	/** Makes everything older: time passes. */
	const wait = (seconds: number) =>
		database.client.db.execute(
			sql`update draft_version set saved_at = saved_at - make_interval(secs => ${seconds}),
				open_until = open_until - make_interval(secs => ${seconds}) where learner_id = ${actor.learnerId}`
		);
	const versions = async () => {
		const list = await tutoring.readVersions(actor, { lessonId, cellId });
		return list.ok ? list.value : [];
	};
	/** The texts of all versions, oldest first. */
	const codes = async () => {
		const read = (await versions())
			.toReversed()
			.map((one) => tutoring.readVersion(actor, { lessonId, cellId, revision: one.revision }));
		return (await Promise.all(read)).map((answer) => (answer.ok ? answer.value.code : undefined));
	};
	return { actor, save, type, runs, wait, versions, codes };
}

it('lists what was saved, the newest first, with its time, size and version of the lesson', async () => {
	const { type, wait, versions } = writer();
	await type('one');
	await wait(joinSeconds + 1);
	await type('four\0');
	const list = await versions();
	expect(list).toMatchObject([
		{ revision: 2, lessonVersion, bytes: 6, reset: false },
		{ revision: 1, lessonVersion, bytes: 3, reset: false }
	]);
	const [newer, older] = list.map(({ savedAt }) => Date.parse(savedAt));
	expect((newer ?? 0) - (older ?? 0)).toBeGreaterThan(joinSeconds * 1_000);
});

it('takes what is typed within half a minute as one version, counted from its start', async () => {
	const { type, wait, codes } = writer();
	for (const code of ['d', 'de', 'def']) await type(code);
	await wait(joinSeconds - 5);
	await type('def f');
	expect(await codes()).toEqual(['def f']);
	await wait(6);
	await type('def f()');
	expect(await codes()).toEqual(['def f', 'def f()']);
});

it('keeps what ran, however soon more was typed', async () => {
	const { type, runs, codes, save } = writer();
	await type('a');
	await runs('ab');
	await type('abc');
	await type('abcd');
	expect(await codes()).toEqual(['a', 'ab', 'abcd']);
	// The run's own save holds nothing new to read.
	await runs('abcd');
	expect(await codes()).toEqual(['a', 'ab', 'abcd']);
	// One save for a run and for what was typed while it ran.
	await save({ code: 'x', lastRun: { code: 'abcd', result: run() } });
	expect(await codes()).toEqual(['a', 'ab', 'abcd', 'x']);
});

it('keeps what a reset put away', async () => {
	const { type, save, codes, versions, wait } = writer();
	await type('hours of work');
	await save({ code: '' }, { reset: true });
	await type('anew');
	expect(await codes()).toEqual(['hours of work', 'anew']);
	expect((await versions()).map(({ reset }) => reset)).toEqual([true, false]);
	// A day later, with much else saved in the same ten minutes, it is still there.
	for (const code of ['b', 'c', 'd']) {
		await wait(joinSeconds + 1);
		await type(code);
	}
	await wait(26 * 3_600);
	await type('next day');
	const kept = await codes();
	expect(kept.slice(0, 2)).toEqual(['hours of work', 'anew']);
	expect(kept.slice(-2)).toEqual(['d', 'next day']);
});

it('begins a version with another version of the lesson', async () => {
	const next = v.parse(ContentHash, 'e'.repeat(64));
	await recordLesson({ db: database.client.db }, { ...lesson, version: next }, { path: 'x.md', text: '#' });
	const { type, save, versions } = writer();
	await type('old');
	await save({ code: 'new' }, { lessonVersion: next });
	expect((await versions()).map((one) => one.lessonVersion)).toEqual([next, lessonVersion]);
});

it('thins as it grows, and never holds more than it may', async () => {
	const { type, runs, wait, codes, versions } = writer();
	for (const code of ['one', 'two', 'three']) {
		await type(code);
		await wait(joinSeconds + 1);
	}
	await wait(2 * 86_400);
	for (let index = 0; index < maxVersions + 3; index++) await runs(`x = ${index}`);
	const kept = await codes();
	expect(kept).toHaveLength(maxVersions);
	// Of that day the last is left.
	expect(kept).toContain('three');
	expect(kept.at(-1)).toBe(`x = ${maxVersions + 2}`);
	expect(new Set((await versions()).map(({ revision }) => revision)).size).toBe(maxVersions);
});

it('always holds the draft’s own text as the newest, and loses none that was run or rested on', async () => {
	const text = fc.string({ unit: 'binary', maxLength: 12 });
	const step = fc.record({
		code: text,
		kind: fc.constantFrom('type', 'run', 'reset', 'run-before'),
		pause: fc.constantFrom(0, 5, joinSeconds + 1)
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
			const { save, runs, wait, codes } = writer();
			const mustStay: string[] = [];
			for (const { code, kind, pause } of steps) {
				if (kind === 'run') await runs(code);
				else if (kind === 'run-before') await save({ code, lastRun: { code: 'ran', result: run() } });
				else await save({ code }, { reset: kind === 'reset' });
				if (kind === 'run' || pause > joinSeconds) mustStay.push(code);
				await wait(pause);
			}
			const kept = await codes();
			expect(kept.at(-1)).toBe(steps.at(-1)?.code);
			expect(mustStay.filter((code) => !kept.includes(code))).toEqual([]);
		}),
		{ numRuns: 15 }
	);
});

it('shows each learner their own alone, and no lesson that nobody knows', async () => {
	const { type } = writer();
	await type('mine');
	const other = writer();
	expect(await other.versions()).toEqual([]);
	const where = { lessonId, cellId };
	expect(await tutoring.readVersion(other.actor, { ...where, revision: 1 })).toMatchObject({
		refusal: { code: 'not-found' }
	});
	const nowhere = { lessonId: v.parse(LessonId, 'no-such-lesson'), cellId: v.parse(CellId, 'x') };
	expect(await tutoring.readVersions(other.actor, nowhere)).toMatchObject({
		refusal: { code: 'not-found' }
	});
});

it('starts with what was stored before there were versions', async () => {
	const { runs, type, codes, actor } = writer();
	await runs('from before');
	const { db } = database.client;
	await db.execute(sql`delete from draft_version where learner_id = ${actor.learnerId}`);
	const statements = readFileSync('drizzle/0004_draft_versions.sql', 'utf8').split(
		'--> statement-breakpoint'
	);
	const copying = statements.find((statement) => statement.includes('INSERT INTO')) ?? '';
	await db.execute(sql.raw(`${copying.trim().replace(/;$/, '')} where learner_id = '${actor.learnerId}'`));
	await type('from now on');
	expect(await codes()).toEqual(['from before', 'from now on']);
});

it('says what a cell started with in the version of the lesson that its draft belongs to', async () => {
	const text = (code: string): string =>
		`---\ntitle: Soup\nsummary: About soup.\n---\n\nBread.\n\n\`\`\`{python}\n#| id: ${cellId}\n${code}\n\`\`\`\n`;
	const parsed = await parseLesson({ path: '01-soup/index.md', text: text('old = 1') });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const written = { ...parsed.lesson, id: lessonId };
	await recordLesson({ db: database.client.db }, written, {
		path: '01-soup/index.md',
		text: text('old = 1')
	});
	const { actor, save } = writer();
	await save({ code: 'mine' }, { lessonVersion: written.version });
	const now = v.parse(ContentHash, 'f'.repeat(64));
	const starters = async (version?: ContentHash) => {
		const work = await tutoring.loadWork(actor, { lessonId, ...(version === undefined ? {} : { version }) });
		return work.ok ? work.value.starters : work.refusal;
	};
	expect(await starters(now)).toEqual({ [cellId]: 'old = 1' });
	expect(await starters(written.version)).toEqual({});
	expect(await starters()).toBeUndefined();
});
