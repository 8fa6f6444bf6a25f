import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import type { AppendEvents } from '$lib/domain/generation';
import { ContentHash, newExplanationId, newGenerationId, type GenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Tutoring } from '$lib/server/app';
import type { Actor } from '$lib/server/auth/actor';
import { claim } from '$lib/server/db/schema/claim';
import { generation as generationTable } from '$lib/server/db/schema/generation';
import { verdict } from '$lib/server/db/schema/verdict';
import { interruptAbandoned } from '$lib/server/tutoring/interrupt-abandoned';
import { freshDatabase, type FreshDatabase } from './database';
import {
	claimId,
	explained,
	lessonId,
	newGeneration,
	newLearner,
	newSubmission,
	openWorld,
	wholeLog
} from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
});
afterAll(() => database.client.close());

async function openLog(actor: Actor = newLearner()) {
	const submission = await newSubmission();
	await tutoring.submit(actor, { submission });
	const generation = newGeneration(submission.id);
	await tutoring.startGeneration(actor, { generation });
	const explanationId = newExplanationId();
	const append = (from: number, events: TutorEvent[]) =>
		tutoring.appendEvents(actor, { id: generation.id, append: { from, events } });
	return { actor, submission, generation, explanationId, append, events: wholeLog(explanationId) };
}

describe('submissions', () => {
	it('are stored once, however often they are sent', async () => {
		const actor = newLearner();
		const submission = await newSubmission();
		const answers = await Promise.all([1, 2, 3].map(() => tutoring.submit(actor, { submission })));
		expect(answers.every((answer) => answer.ok)).toBe(true);
		expect(answers.filter((answer) => answer.ok && answer.created === true)).toHaveLength(1);
	});

	it('cannot change', async () => {
		const actor = newLearner();
		const submission = await newSubmission('one');
		await tutoring.submit(actor, { submission });
		const changed = { ...(await newSubmission('two')), id: submission.id };
		expect(await tutoring.submit(actor, { submission: changed })).toMatchObject({
			refusal: { code: 'conflict' }
		});
	});

	it('carry the hash of their own code', async () => {
		const submission = { ...(await newSubmission('one')), code: 'two' };
		expect(await tutoring.submit(newLearner(), { submission })).toMatchObject({
			refusal: { code: 'invalid-body', issues: [{ path: 'codeHash' }] }
		});
	});

	it('name a lesson with its version or not at all', async () => {
		const { lessonVersion: _, ...half } = await newSubmission();
		expect(await tutoring.submit(newLearner(), { submission: half })).toMatchObject({
			refusal: { code: 'invalid-body' }
		});
		const { lessonId: __, ...neither } = half;
		expect(await tutoring.submit(newLearner(), { submission: neither })).toMatchObject({ ok: true });
	});
});

describe('starting', () => {
	it('is safe to repeat, and tells where the log stands', async () => {
		const { actor, generation, append, events } = await openLog();
		await append(0, events.slice(0, 3));
		expect(await tutoring.startGeneration(actor, { generation })).toEqual({
			ok: true,
			value: { next: 3, status: 'running' },
			created: false
		});
		const other = { ...generation, submissionId: (await openLog()).submission.id };
		expect((await tutoring.startGeneration(actor, { generation: other })).ok).toBe(false);
	});

	it('knows this build’s explainer and recorded models only', async () => {
		const { actor, submission } = await openLog();
		const unknown = { ...newGeneration(submission.id), modelDigest: v.parse(ContentHash, 'd'.repeat(64)) };
		expect(await tutoring.startGeneration(actor, { generation: unknown })).toMatchObject({
			refusal: { code: 'conflict', issues: [{ path: 'modelDigest' }] }
		});
		const prompt = { ...newGeneration(submission.id), promptVersion: 'made-up/1' };
		expect(await tutoring.startGeneration(actor, { generation: prompt })).toMatchObject({
			refusal: { code: 'invalid-body', issues: [{ path: 'promptVersion' }] }
		});
	});
});

describe('the log', () => {
	it('takes events in pieces, once each, wherever the pieces are cut', async () => {
		for (let cut = 1; cut < wholeLog(newExplanationId()).length; cut += 3) {
			const { append, events } = await openLog();
			expect(await append(0, events.slice(0, cut))).toMatchObject({
				value: { next: cut, status: 'running' }
			});
			expect(await append(0, events.slice(0, cut))).toMatchObject({ value: { next: cut } });
			expect(await append(Math.max(0, cut - 1), events.slice(Math.max(0, cut - 1)))).toMatchObject({
				value: { next: events.length, status: 'complete' }
			});
			expect(await append(0, events)).toMatchObject({ value: { next: events.length, status: 'complete' } });
		}
	});

	it('numbers concurrent appends without loss or doubling', async () => {
		const { actor, generation, append, events } = await openLog();
		await Promise.all(Array.from({ length: 6 }, () => append(0, events)));
		const log = await tutoring.readGeneration(actor, { id: generation.id });
		expect(log).toMatchObject({ value: { next: events.length, status: 'complete', events } });
	});

	it('refuses a gap and other events at the same numbers, and says which number is next', async () => {
		const { append, events } = await openLog();
		await append(0, events.slice(0, 2));
		expect(await append(3, events.slice(3, 4))).toMatchObject({ refusal: { code: 'conflict', next: 2 } });
		expect(await append(1, events.slice(2, 3))).toMatchObject({ refusal: { code: 'conflict', next: 2 } });
	});

	it('begins with a start, has one end, and takes only verdicts after it', async () => {
		const { append, events } = await openLog();
		expect(await append(0, events.slice(1, 2))).toMatchObject({ refusal: { code: 'conflict', next: 0 } });
		await append(0, events);
		const late: TutorEvent = { type: 'section-start', section: 'purpose' };
		expect(await append(events.length, [late])).toMatchObject({ refusal: { code: 'conflict' } });
		expect(await append(events.length, [{ type: 'explanation-end' }])).toMatchObject({ ok: false });
	});

	it('ends with an error too, and then nothing follows', async () => {
		const { append, events, actor } = await openLog();
		const failed: TutorEvent = { type: 'explanation-error', error: 'stopped', detail: 'by \0 the learner' };
		expect(await append(0, [...events.slice(0, 3), failed])).toMatchObject({ value: { status: 'failed' } });
		expect(await append(4, events.slice(3, 4))).toMatchObject({ refusal: { code: 'conflict' } });
		const work = await tutoring.loadWork(actor, { lessonId });
		expect(work).toMatchObject({ value: { explanations: [{ status: 'failed', events: { length: 4 } }] } });
	});

	it('stores the explanation with its claims and verdicts at the end, and later verdicts', async () => {
		const { append, events, explanationId } = await openLog();
		await append(0, events);
		const claims = await database.client.db
			.select({ id: claim.claimId, section: claim.section, position: claim.position })
			.from(claim)
			.where(eq(claim.explanationId, explanationId))
			.orderBy(claim.position);
		expect(claims).toEqual([
			{ id: 'p1', section: 'purpose', position: 0 },
			{ id: 'e1', section: 'examples', position: 1 },
			{ id: 'd1', section: 'edgeCases', position: 2 }
		]);
		const outcomes = async () =>
			Object.fromEntries(
				(await database.client.db.select().from(verdict).where(eq(verdict.explanationId, explanationId))).map(
					(row) => [`${row.claimId} ${row.by}`, row.kind]
				)
			);
		expect(await outcomes()).toEqual({
			'p1 browser': 'confirmed',
			'e1 browser': 'confirmed',
			'd1 browser': 'not-checkable'
		});
		const renewed: TutorEvent = {
			type: 'verdict',
			verdict: { claimId: claimId('e1'), by: 'browser', outcome: { kind: 'timed-out' } }
		};
		expect(await append(events.length, [renewed])).toMatchObject({ value: { status: 'complete' } });
		expect(await outcomes()).toMatchObject({ 'e1 browser': 'timed-out' });
	});

	it.each<[string, TutorEvent]>([
		[
			'on an unknown claim',
			{ type: 'verdict', verdict: { claimId: claimId('x9'), by: 'browser', outcome: { kind: 'confirmed' } } }
		],
		[
			'in the server’s name',
			{ type: 'verdict', verdict: { claimId: claimId('e1'), by: 'server', outcome: { kind: 'confirmed' } } }
		],
		[
			'that confirms what cannot be run',
			{ type: 'verdict', verdict: { claimId: claimId('d1'), by: 'browser', outcome: { kind: 'confirmed' } } }
		]
	])('refuses a verdict %s, before and after the end', async (_name, event) => {
		const { append, events } = await openLog();
		const open = events.slice(0, -1);
		await append(0, open);
		expect(await append(open.length, [event])).toMatchObject({
			refusal: { code: 'invalid-body', issues: [{ path: 'events.0' }], next: open.length }
		});
		await append(open.length, [{ type: 'explanation-end' }]);
		expect(await append(events.length, [event])).toMatchObject({ refusal: { code: 'invalid-body' } });
	});

	it('stores nothing of an append that is refused', async () => {
		const { actor, generation, append, events } = await openLog();
		const wrong: TutorEvent = { type: 'section-start', section: 'steps' };
		expect((await append(0, [...events, wrong])).ok).toBe(false);
		expect(await tutoring.readGeneration(actor, { id: generation.id })).toMatchObject({
			value: { next: 0, status: 'running', events: [] }
		});
	});
});

describe('work', () => {
	it('holds the latest explanation of a cell with its log and the learner’s own rating', async () => {
		const actor = newLearner();
		await explained(tutoring, actor, 'first');
		const second = await explained(tutoring, actor, 'second');
		await tutoring.rate(actor, {
			explanationId: second.explanationId,
			rating: { value: 'helpful', reasons: [] }
		});
		const work = await tutoring.loadWork(actor, { lessonId });
		expect(work.ok && work.value.explanations).toEqual([
			{
				cellId: 'double',
				generationId: second.generation.id,
				explanationId: second.explanationId,
				status: 'complete',
				code: 'second',
				modelId: 'built-in',
				events: second.events,
				rating: 'helpful',
				ratingDetails: { reasons: [] }
			}
		]);
	});

	it.each(['running', 'abandoned', 'failed'])(
		'keeps showing a complete explanation while a newer one is %s',
		async (state) => {
			const actor = newLearner();
			const first = await explained(tutoring, actor, 'first');
			const rating = { value: 'helpful' as const, reasons: [] };
			await tutoring.rate(actor, { explanationId: first.explanationId, rating });
			const newer = await openLog(actor);
			const failed: TutorEvent = { type: 'explanation-error', error: 'stopped', detail: '' };
			await newer.append(0, [...newer.events.slice(0, 4), ...(state === 'failed' ? [failed] : [])]);
			if (state === 'abandoned') await age(newer.generation.id);
			expect(await tutoring.loadWork(actor, { lessonId })).toMatchObject({
				value: {
					explanations: [
						{ generationId: first.generation.id, status: 'complete', code: 'first', rating: 'helpful' }
					]
				}
			});
		}
	);

	it('shows the newest where none is complete', async () => {
		const actor = newLearner();
		for (const end of [3, 4]) {
			const { append, events } = await openLog(actor);
			await append(0, events.slice(0, end));
		}
		expect(await tutoring.loadWork(actor, { lessonId })).toMatchObject({
			value: { explanations: [{ status: 'running', events: { length: 4 } }] }
		});
	});

	it.each<[string, (actor: Actor, id: GenerationId) => Promise<unknown>]>([
		['the work of its lesson is read', (actor) => tutoring.loadWork(actor, { lessonId })],
		['it is read itself', (actor, id) => tutoring.readGeneration(actor, { id })],
		['the server starts', () => interruptAbandoned(database.client)]
	])('writes down that a log was interrupted when %s, and lets it go on', async (_name, look) => {
		const { actor, generation, append, events } = await openLog();
		const fresh = await openLog();
		await append(0, events.slice(0, 4));
		await fresh.append(0, events.slice(0, 4));
		await age(generation.id);
		await look(actor, generation.id);
		expect(await statusOf(generation.id)).toBe('interrupted');
		expect(await statusOf(fresh.generation.id)).toBe('running');
		expect(await tutoring.loadWork(actor, { lessonId })).toMatchObject({
			value: { explanations: [{ status: 'interrupted' }] }
		});
		expect(await tutoring.readGeneration(actor, { id: generation.id })).toMatchObject({
			value: { status: 'interrupted', next: 4 }
		});
		expect(await append(4, events.slice(4))).toMatchObject({ value: { status: 'complete' } });
		expect(await statusOf(generation.id)).toBe('complete');
	});

	it('leaves another learner’s logs alone', async () => {
		const { generation, append, events } = await openLog();
		await append(0, events.slice(0, 4));
		await age(generation.id);
		await tutoring.loadWork(newLearner(), { lessonId });
		expect(await statusOf(generation.id)).toBe('running');
	});

	async function statusOf(id: GenerationId): Promise<string | undefined> {
		const [row] = await database.client.db
			.select({ status: generationTable.status })
			.from(generationTable)
			.where(eq(generationTable.id, id));
		return row?.status;
	}

	async function age(id: GenerationId): Promise<void> {
		await database.client.db
			.update(generationTable)
			.set({ updatedAt: new Date(Date.now() - 600_000) })
			.where(eq(generationTable.id, id));
	}
});

describe('ratings', () => {
	it('are one per learner, editable, removable', async () => {
		const actor = newLearner();
		const { explanationId } = await explained(tutoring, actor);
		const say = (value: 'helpful' | 'not-helpful') =>
			tutoring.rate(actor, { explanationId, rating: { value, reasons: ['unclear'], comment: 'c' } });
		const shown = async () => {
			const work = await tutoring.loadWork(actor, { lessonId });
			return work.ok ? work.value.explanations[0]?.rating : 'no work';
		};
		await Promise.all([say('helpful'), say('helpful')]);
		expect(await shown()).toBe('helpful');
		await say('not-helpful');
		expect(await shown()).toBe('not-helpful');
		expect(await tutoring.unrate(actor, { explanationId })).toMatchObject({ ok: true });
		expect(await tutoring.unrate(actor, { explanationId })).toMatchObject({ ok: true });
		expect(await shown()).toBeUndefined();
	});

	it('need an explanation that is finished', async () => {
		const { actor, explanationId, append, events } = await openLog();
		await append(0, events.slice(0, -1));
		const rating = { value: 'helpful' as const, reasons: [] };
		expect(await tutoring.rate(actor, { explanationId, rating })).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});
});

it('limits a log to what can be read whole', async () => {
	const { actor, generation, append, events } = await openLog();
	await append(0, events);
	await database.client.db
		.update(generationTable)
		.set({ nextSeq: 9_999 })
		.where(eq(generationTable.id, generation.id));
	const renewed: TutorEvent = {
		type: 'verdict',
		verdict: { claimId: claimId('e1'), by: 'browser', outcome: { kind: 'timed-out' } }
	};
	const two: AppendEvents = { from: 9_999, events: [renewed, renewed] };
	expect(await tutoring.appendEvents(actor, { id: generation.id, append: two })).toMatchObject({
		refusal: { code: 'too-large' }
	});
	expect(await tutoring.appendEvents(actor, { id: newGenerationId(), append: two })).toMatchObject({
		refusal: { code: 'not-found' }
	});
});
