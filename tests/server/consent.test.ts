import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LearnerId } from '$lib/domain/ids';
import type { Tutoring } from '$lib/server/app';
import { freshDatabase, type FreshDatabase } from './database';
import { explained, newLearner, openWorld } from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
});
afterAll(() => database.client.close());

const wording = 'training/1';

/** What an export for training asks, in its own words. */
async function maySee(learnerId: LearnerId): Promise<boolean> {
	const { rows } = await database.client.db.execute(
		sql`select id from learner where id = ${learnerId} and consent_training`
	);
	return rows.length > 0;
}

it('is not asked, given, refused and given again, with the time of each answer', async () => {
	const actor = newLearner();
	const read = () => tutoring.readConsent(actor, {});
	const say = (state: 'given' | 'refused') => tutoring.changeConsent(actor, { change: { state, wording } });
	expect(await read()).toMatchObject({ value: { state: 'not-asked' } });
	await explained(tutoring, actor);
	expect(await read()).toMatchObject({ value: { state: 'not-asked' } });
	expect(await maySee(actor.learnerId)).toBe(false);

	const times: string[] = [];
	for (const state of ['given', 'refused', 'given'] as const) {
		// Times are told apart by the millisecond.
		await pause(2);
		const answer = await say(state);
		expect(answer).toMatchObject({ ok: true, value: { state, wording } });
		expect(await read()).toEqual(answer);
		expect(await maySee(actor.learnerId)).toBe(state === 'given');
		if (answer.ok && answer.value.state !== 'not-asked') times.push(answer.value.at);
	}
	expect(times).toEqual(times.toSorted());
	expect(new Set(times).size).toBe(3);
});

it('said twice, because the answer was lost, keeps its time', async () => {
	const actor = newLearner();
	const change = { state: 'refused', wording } as const;
	const first = await tutoring.changeConsent(actor, { change });
	await pause(2);
	expect(first).toMatchObject({ ok: true, value: { state: 'refused' } });
	expect(await tutoring.changeConsent(actor, { change })).toEqual(first);
});

it('of one learner says nothing about another', async () => {
	const [one, other] = [newLearner(), newLearner()];
	await tutoring.changeConsent(one, { change: { state: 'given', wording } });
	expect(await tutoring.readConsent(other, {})).toMatchObject({ value: { state: 'not-asked' } });
});
