import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as v from 'valibot';
import { maxCodeBytes } from '$lib/domain/limits';
import { MyDataExport } from '$lib/domain/my-data';
import type { Tutoring } from '$lib/server/app';
import { databaseFailure } from '$lib/server/db/failures';
import { freshDatabase, type FreshDatabase } from './database';
import {
	cellId,
	exercise,
	explained,
	lessonId,
	lessonVersion,
	newAttempt,
	newLearner,
	newSubmission,
	openWorld,
	run
} from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	// Every answer is right: the server has its own word on each.
	tutoring = await openWorld(database.client.db, () =>
		Promise.resolve({ ok: true, report: { status: 'ran', checks: [{ ok: true }, { ok: true }] } })
	);
});
afterAll(() => database.client.close());

type Learner = ReturnType<typeof newLearner>;

async function exported(actor: Learner): Promise<string> {
	const answer = await tutoring.exportMyData(actor, {});
	if (!answer.ok) throw new Error(`There is no export: ${answer.refusal.code}`);
	return (await Array.fromAsync(answer.value)).join('');
}

const read = (text: string): MyDataExport => v.parse(MyDataExport, JSON.parse(text));

const erase = (actor: Learner) => tutoring.eraseMyData(actor, { confirm: true });

const nothing = { drafts: 0, submissions: 0, explanations: 0, ratings: 0, attempts: 0 };

/** Does something as a learner; saves follow on each other. */
function atWork(actor: Learner) {
	let revision = 0;
	const save = async (code: string, reset: boolean) => {
		const draft = { code, lastRun: { code, result: run(code) } };
		const answer = await tutoring.saveDraft(actor, {
			lessonId,
			cellId,
			save: { lessonVersion, baseRevision: revision, draft, reset }
		});
		if (answer.ok) revision = answer.value.revision;
	};
	const deeds: Record<Deed, (text: string) => Promise<unknown>> = {
		save: (text) => save(text, false),
		reset: (text) => save(text, true),
		submit: async (text) => tutoring.submit(actor, { submission: await newSubmission(text) }),
		explain: (text) => explained(tutoring, actor, text),
		rate: async (text) => {
			const { explanationId } = await explained(tutoring, actor, text);
			const rating = { value: 'helpful' as const, reasons: [], comment: text, sections: { steps: 4 } };
			return tutoring.rate(actor, { explanationId, rating });
		},
		attempt: (text) =>
			tutoring.attempt(actor, { lessonId, exerciseId: exercise.id, attempt: newAttempt(text) }),
		consent: () => tutoring.changeConsent(actor, { change: { state: 'given', wording: 'training/1' } })
	};
	return deeds;
}
const deedNames = ['save', 'reset', 'submit', 'explain', 'rate', 'attempt', 'consent'] as const;
type Deed = (typeof deedNames)[number];

/** Every row of every table that says one of these texts anywhere. */
async function rowsThatSay(texts: readonly string[]): Promise<unknown[]> {
	const { db } = database.client;
	const tables = await db.execute<{ name: string }>(
		"select table_name as name from information_schema.tables where table_schema = 'public'"
	);
	expect(tables.rows.length).toBeGreaterThan(10);
	const found = [];
	for (const { name } of tables.rows) {
		const { rows } = await db.execute<{ row: string }>(
			sql`select to_jsonb(t)::text as row from ${sql.identifier(name)} t`
		);
		found.push(...rows.filter(({ row }) => texts.some((text) => row.includes(text))));
	}
	return found;
}

it('is nothing for one who never left anything', async () => {
	const actor = newLearner();
	expect(await tutoring.readMyData(actor, {})).toMatchObject({ ok: true, value: nothing });
	expect(read(await exported(actor))).toMatchObject({
		learner: { id: actor.learnerId, consent: { state: 'not-asked' } },
		drafts: [],
		attempts: []
	});
	expect(await erase(actor)).toMatchObject({ ok: true });
});

it('is counted, with the first and the last date', async () => {
	const actor = newLearner();
	const deeds = atWork(actor);
	const before = Date.now();
	for (const name of deedNames) await deeds[name]('x');
	await pause(2);
	await deeds.attempt('the last');
	const answer = await tutoring.readMyData(actor, {});
	const value = answer.ok ? answer.value : undefined;
	// Two of them explained what they submitted. An attempt has two words on it and is one.
	expect(value).toMatchObject({ drafts: 1, submissions: 3, explanations: 2, ratings: 1, attempts: 2 });
	const { first = '', last = '' } = value ?? {};
	expect(Date.parse(first)).toBeGreaterThanOrEqual(before - 1_000);
	expect(Date.parse(last)).toBeGreaterThan(Date.parse(first));
	const lastAttempt = read(await exported(actor))
		.attempts.map(({ createdAt }) => createdAt)
		.toSorted()
		.at(-1);
	expect(last).toBe(lastAttempt);
});

it('is exported whole, as it was, by its documented schema', async () => {
	const actor = newLearner();
	const deeds = atWork(actor);
	const text = 'nul \0, half \ud83d, escape \u0010, "quoted"';
	for (const name of deedNames) await deeds[name](text);
	await database.client.db.execute(
		sql`update rating set reasons = '["my own words"]' where learner_id = ${actor.learnerId}`
	);
	const whole = read(await exported(actor));
	expect(whole.learner).toMatchObject({ id: actor.learnerId, consent: { state: 'given' } });
	expect(whole.drafts).toMatchObject([
		{ lessonId, cellId, revision: 2, code: text, lastRun: { code: text } }
	]);
	expect(whole.draftVersions).toMatchObject([{ revision: 1, code: text }]);
	expect(whole.submissions.map(({ code }) => code)).toEqual([text, text, text]);
	expect(whole.generations).toHaveLength(2);
	for (const { id, nextSeq } of whole.generations) {
		const log = whole.events.filter(({ generationId }) => generationId === id);
		expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: nextSeq }, (_, index) => index));
	}
	expect(whole.explanations).toHaveLength(2);
	expect(whole.verdicts).toHaveLength(6);
	expect(whole.ratings).toMatchObject([{ comment: text, reasons: ['my own words'], sections: { steps: 4 } }]);
	expect(whole.attempts.map(({ by, code }) => [by, code])).toEqual([
		['browser', text],
		['server', text]
	]);
	expect(await exported(actor)).toBe(await exported(actor));
});

it('has a part for every column that is stored, what names the learner and copies of claims aside', async () => {
	const actor = newLearner();
	const deeds = atWork(actor);
	for (const name of deedNames) await deeds[name]('x');
	const tables = {
		drafts: 'draft',
		draftVersions: 'draft_version',
		submissions: 'submission',
		generations: 'generation',
		events: 'event',
		explanations: 'explanation',
		verdicts: 'verdict',
		ratings: 'rating',
		attempts: 'attempt'
	} as const;
	const whole = read(await exported(actor));
	const { rows } = await database.client.db.execute<{ table: string; column: string }>(
		`select table_name as "table", column_name as "column" from information_schema.columns
			where table_schema = 'public' and column_name <> 'learner_id' and is_nullable = 'NO'`
	);
	const camel = (name: string): string =>
		name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
	for (const [part, table] of Object.entries(tables) as [keyof typeof tables, string][]) {
		const columns = rows.filter((row) => row.table === table).map(({ column }) => camel(column));
		expect(columns.length).toBeGreaterThan(2);
		expect([part, Object.keys(whole[part][0] ?? {})]).toEqual([part, expect.arrayContaining(columns)]);
	}
	const known = new Set([...Object.values(tables), 'learner', 'claim']);
	const { rows: hanging } = await database.client.db.execute<{ table: string }>(
		`select distinct conrelid::regclass::text as "table" from pg_constraint where contype = 'f'
			and confrelid in (select oid from pg_class where relname in ('learner', 'submission', 'draft', 'generation', 'explanation', 'claim'))`
	);
	expect(hanging.map(({ table }) => table).filter((table) => !known.has(table as 'draft'))).toEqual([]);
});

it('is read a little at a time', async () => {
	const actor = newLearner();
	for (let index = 0; index < 30; index++) {
		await tutoring.submit(actor, { submission: await newSubmission(`${index}`.padEnd(maxCodeBytes, 'x')) });
	}
	const answer = await tutoring.exportMyData(actor, {});
	let text = '';
	for await (const piece of answer.ok ? answer.value : []) {
		// What is gone by now had not been read ahead.
		if (text.length < maxCodeBytes && text.length + piece.length >= maxCodeBytes) await erase(actor);
		text += piece;
	}
	expect(read(text).submissions.length).toBeGreaterThan(0);
	expect(read(text).submissions.length).toBeLessThanOrEqual(10);
});

it(
	'goes as a whole with one learner, and leaves another’s export as it was, byte for byte',
	{ timeout: 90_000 },
	async () => {
		const work = fc.array(
			fc.tuple(fc.constantFrom(...deedNames), fc.string({ unit: 'binary', maxLength: 12 })),
			{
				maxLength: 5
			}
		);
		await fc.assert(
			fc.asyncProperty(work, work, async (one, other) => {
				const [leaving, staying] = [newLearner(), newLearner()];
				const deeds = { leaving: atWork(leaving), staying: atWork(staying) };
				for (let index = 0; index < Math.max(one.length, other.length); index++) {
					const [mine, theirs] = [one[index], other[index]];
					if (mine !== undefined) await deeds.leaving[mine[0]](mine[1]);
					if (theirs !== undefined) await deeds.staying[theirs[0]](theirs[1]);
				}
				const [left, kept] = [read(await exported(leaving)), await exported(staying)];
				const ids = [left.submissions, left.generations, left.explanations, left.attempts].flatMap((rows) =>
					rows.map(({ id }) => id)
				);
				expect(await erase(leaving)).toEqual(await erase(leaving));
				expect(await rowsThatSay([leaving.learnerId, ...ids])).toEqual([]);
				expect(await tutoring.readMyData(leaving, {})).toMatchObject({ value: nothing });
				expect(await exported(staying)).toBe(kept);
			}),
			{ numRuns: 10 }
		);
	}
);

it('can be deleted while other tabs are saving: what they save is refused, or is there, and nothing breaks', async () => {
	const problems: unknown[] = [];
	for (let round = 0; round < 5; round++) {
		const actor = newLearner();
		await explained(tutoring, actor);
		const attempts = Array.from({ length: 8 }, async () => {
			try {
				await explained(tutoring, actor);
			} catch (error) {
				// What `explained` was refused is an error of the test's own making.
				if (error instanceof Error && /"code":"(not-found|conflict)"/.test(error.message)) return;
				problems.push(databaseFailure(error) ?? error);
			}
		});
		await Promise.all([...attempts, erase(actor)]);
		await erase(actor);
		expect(await tutoring.readMyData(actor, {})).toMatchObject({ value: nothing });
	}
	expect(problems.filter((problem) => problem !== 'conflict' && problem !== 'unavailable')).toEqual([]);
});
