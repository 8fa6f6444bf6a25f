import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewRating } from '$lib/domain/rating';
import type { Tutoring } from '$lib/server/app';
import { freshDatabase, type FreshDatabase } from './database';
import { explained, lessonId, newLearner, openWorld } from './world';

let database: FreshDatabase;
let tutoring: Tutoring;
beforeAll(async () => {
	database = await freshDatabase();
	tutoring = await openWorld(database.client.db);
});
afterAll(() => database.client.close());

/** A learner with an explanation, and what the page gets to know of its rating. */
async function rater() {
	const actor = newLearner();
	const { explanationId } = await explained(tutoring, actor);
	return {
		explanationId,
		rate: (rating: NewRating) => tutoring.rate(actor, { explanationId, rating }),
		unrate: () => tutoring.unrate(actor, { explanationId }),
		shown: async () => {
			const work = await tutoring.loadWork(actor, { lessonId });
			const explanation = work.ok ? work.value.explanations[0] : undefined;
			return { rating: explanation?.rating, details: explanation?.ratingDetails };
		}
	};
}

it('gives back all that was said, after every change, and nothing once it was taken back', async () => {
	const { rate, unrate, shown } = await rater();
	expect(await shown()).toEqual({ rating: undefined, details: undefined });

	const details = { reasons: ['too-long' as const], comment: 'nul \0', sections: { steps: 2 } };
	await rate({ value: 'not-helpful', ...details });
	expect(await shown()).toEqual({ rating: 'not-helpful', details });

	await rate({ value: 'helpful', reasons: [] });
	expect(await shown()).toEqual({ rating: 'helpful', details: { reasons: [] } });

	expect(await unrate()).toMatchObject({ ok: true });
	expect(await unrate()).toMatchObject({ ok: true });
	expect(await shown()).toEqual({ rating: undefined, details: undefined });
});

it('still reads what was stored when a reason could be any text', async () => {
	const { explanationId, rate, shown } = await rater();
	await rate({ value: 'not-helpful', reasons: [] });
	const older = JSON.stringify(['a text of my own', 'wrong', 'wrong', '\u00100']);
	await database.client.db.execute(
		sql`update rating set reasons = ${older}::jsonb where explanation_id = ${explanationId}`
	);
	expect(await shown()).toEqual({ rating: 'not-helpful', details: { reasons: ['wrong'] } });
});
