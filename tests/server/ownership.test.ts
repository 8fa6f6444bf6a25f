import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { done, type Answer } from '$lib/domain/answer';
import { newExplanationId, newGenerationId, newSubmissionId } from '$lib/domain/ids';
import type { Tutoring } from '$lib/server/app';
import { nobody, type Actor } from '$lib/server/auth/actor';
import { actions, can } from '$lib/server/auth/can';
import { freshDatabase, type FreshDatabase } from './database';
import {
	cellId,
	claimId,
	exercise,
	explained,
	lessonId,
	lessonVersion,
	newAttempt,
	newGeneration,
	newLearner,
	newSubmission,
	openWorld,
	wholeLog
} from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
let mine: Awaited<ReturnType<typeof explained>>;
const myAttempt = newAttempt('print("mine")');
const me = newLearner();
const other = newLearner();
const others: [string, Actor][] = [
	['another learner', other],
	['the operator', { kind: 'operator' }],
	['nobody', nobody]
];

beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
	mine = await explained(tutoring, me, 'print("mine")');
	await tutoring.saveDraft(me, {
		lessonId,
		cellId,
		save: { lessonVersion, baseRevision: 0, draft: { code: 'my draft' } }
	});
	await tutoring.attempt(me, { lessonId, exerciseId: exercise.id, attempt: myAttempt });
	await tutoring.rate(me, { explanationId: mine.explanationId, rating: { value: 'helpful', reasons: [] } });
});
afterAll(() => database.client.close());

/** Each use case, aimed at what is mine (or at what is not there at all). A new one must be added here: see below. */
const aimed: Record<keyof Tutoring, (actor: Actor, exists: boolean) => Promise<Answer<unknown>>> = {
	loadWork: (actor) => tutoring.loadWork(actor, { lessonId }),
	readProgress: (actor) => tutoring.readProgress(actor, {}),
	saveDraft: (actor) =>
		tutoring.saveDraft(actor, {
			lessonId,
			cellId,
			save: { lessonVersion, baseRevision: 1, draft: { code: 'overwritten' } }
		}),
	readVersions: (actor) => tutoring.readVersions(actor, { lessonId, cellId }),
	readVersion: (actor, exists) =>
		tutoring.readVersion(actor, { lessonId, cellId, revision: exists ? 1 : 99 }),
	submit: (actor) => tutoring.submit(actor, { submission: mine.submission }),
	readSubmission: (actor, exists) =>
		tutoring.readSubmission(actor, { id: exists ? mine.submission.id : newSubmissionId() }),
	startGeneration: (actor, exists) =>
		tutoring.startGeneration(actor, {
			generation: newGeneration(exists ? mine.submission.id : newSubmissionId())
		}),
	readGeneration: (actor, exists) =>
		tutoring.readGeneration(actor, { id: exists ? mine.generation.id : newGenerationId() }),
	appendEvents: (actor, exists) =>
		tutoring.appendEvents(actor, {
			id: exists ? mine.generation.id : newGenerationId(),
			append: { from: 0, events: mine.events }
		}),
	explain: (actor) =>
		tutoring.explain(actor, {
			request: { id: newGenerationId(), submission: mine.submission, python: '3.14' }
		}),
	followLog: async (actor, exists) => {
		const answer = await tutoring.followLog(actor, {
			id: exists ? mine.generation.id : newGenerationId(),
			from: 0
		});
		if (!answer.ok) return answer;
		return done(await Array.fromAsync(answer.value(AbortSignal.timeout(20_000))));
	},
	readOpen: (actor) => tutoring.readOpen(actor, {}),
	giveVerdicts: (actor, exists) =>
		tutoring.giveVerdicts(actor, {
			id: exists ? mine.generation.id : newGenerationId(),
			given: { verdicts: [{ claimId: claimId('p1'), by: 'browser', outcome: { kind: 'confirmed' } }] }
		}),
	stopGeneration: (actor, exists) =>
		tutoring.stopGeneration(actor, { id: exists ? mine.generation.id : newGenerationId() }),
	rate: (actor, exists) =>
		tutoring.rate(actor, {
			explanationId: exists ? mine.explanationId : newExplanationId(),
			rating: { value: 'not-helpful', reasons: [] }
		}),
	unrate: (actor, exists) =>
		tutoring.unrate(actor, { explanationId: exists ? mine.explanationId : newExplanationId() }),
	attempt: (actor, exists) =>
		tutoring.attempt(actor, {
			lessonId,
			exerciseId: exercise.id,
			attempt: exists ? myAttempt : newAttempt('their own')
		}),
	readConsent: (actor) => tutoring.readConsent(actor, {}),
	readMyData: (actor) => tutoring.readMyData(actor, {}),
	exportMyData: async (actor) => {
		const answer = await tutoring.exportMyData(actor, {});
		return answer.ok ? done((await Array.fromAsync(answer.value)).join('')) : answer;
	},
	eraseMyData: (actor) => tutoring.eraseMyData(actor, { confirm: true }),
	changeConsent: (actor) =>
		tutoring.changeConsent(actor, { change: { state: 'refused', wording: 'training/1' } })
};
const names: (keyof Tutoring)[] = [
	'loadWork',
	'readProgress',
	'saveDraft',
	'readVersions',
	'readVersion',
	'submit',
	'readSubmission',
	'startGeneration',
	'readGeneration',
	'appendEvents',
	'explain',
	'followLog',
	'stopGeneration',
	'giveVerdicts',
	'readOpen',
	'rate',
	'unrate',
	'attempt',
	'readConsent',
	'changeConsent',
	'readMyData',
	'exportMyData',
	'eraseMyData'
];

/** What is in every table, as one text: reading another's is one thing, changing it another. */
async function snapshot(): Promise<string> {
	const rows = await Promise.all(
		[
			'draft',
			'draft_version',
			'submission',
			'generation',
			'event',
			'explanation',
			'claim',
			'verdict',
			'rating',
			'attempt'
		].map((table) =>
			database.client.db.execute(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`)
		)
	);
	return JSON.stringify(rows.map((result) => result.rows));
}

it('covers every use case', () => {
	expect(Object.keys(tutoring).toSorted()).toEqual(names.toSorted());
});

const ofTheirOwn: ReadonlySet<string> = new Set(['saveDraft', 'eraseMyData']);

describe.each(others)('%s', (_name, actor) => {
	it.each(names)('gets nothing of mine from %s, and changes nothing', async (name) => {
		const before = await snapshot();
		const answer = await aimed[name](actor, true);
		expect(JSON.stringify(answer)).not.toMatch(/mine|my draft/);
		expect(await snapshot()).toContain('my draft');
		// Own work of the other learner's may be new, or gone; mine is as it was.
		if (!ofTheirOwn.has(name) || actor.kind !== 'learner') expect(await snapshot()).toBe(before);
	});

	it.each([
		'readSubmission',
		'startGeneration',
		'readGeneration',
		'followLog',
		'stopGeneration',
		'giveVerdicts',
		'appendEvents',
		'rate',
		'unrate'
	] as const)('cannot tell from %s whether mine exists', async (name) => {
		const answer = await aimed[name](actor, true);
		expect(answer).toEqual(await aimed[name](actor, false));
		expect(answer).toEqual({
			ok: false,
			refusal: { code: actor.kind === 'learner' ? 'not-found' : 'not-signed-in' }
		});
	});
});

it('keeps drafts of two learners in one cell apart', async () => {
	const save = { lessonVersion, baseRevision: 0, draft: { code: 'theirs' } };
	await tutoring.saveDraft(newLearner(), { lessonId, cellId, save });
	const work = await tutoring.loadWork(me, { lessonId });
	expect(work.ok && work.value.drafts.map(({ draft }) => draft.code)).toEqual(['my draft']);
	const empty = await tutoring.loadWork(newLearner(), { lessonId });
	expect(empty).toMatchObject({ ok: true, value: { drafts: [], explanations: [] } });
});

it('gives another’s submission id to nobody else, not even with the same content', async () => {
	expect(await tutoring.submit(other, { submission: mine.submission })).toMatchObject({
		refusal: { code: 'not-found' }
	});
});

it('gives another’s generation and explanation ids to nobody else', async () => {
	const submission = await newSubmission();
	await tutoring.submit(other, { submission });
	const taken = { ...newGeneration(submission.id), id: mine.generation.id };
	expect(await tutoring.startGeneration(other, { generation: taken })).toMatchObject({
		refusal: { code: 'not-found' }
	});
	const generation = newGeneration(submission.id);
	await tutoring.startGeneration(other, { generation });
	const append = { from: 0, events: wholeLog(mine.explanationId) };
	expect(await tutoring.appendEvents(other, { id: generation.id, append })).toMatchObject({
		refusal: { code: 'conflict' }
	});
	expect(await tutoring.readGeneration(other, { id: generation.id })).toMatchObject({ value: { next: 0 } });
});

describe('can', () => {
	it.each(actions)('%s: the learner’s own, and nothing else', (action) => {
		expect(can(me, action, { learnerId: me.learnerId })).toBe(true);
		expect(can(me, action, { learnerId: other.learnerId })).toBe(false);
		expect(can(me, action, undefined)).toBe(false);
		expect(can({ kind: 'operator' }, action, { learnerId: me.learnerId })).toBe(false);
		expect(can(nobody, action, { learnerId: me.learnerId })).toBe(false);
	});
});
