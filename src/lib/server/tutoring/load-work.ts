import type { LessonWork, StoredExplanation } from '$lib/domain/draft';
import type { GenerationStatus } from '$lib/domain/generation';
import type { LessonId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectDrafts } from '$lib/server/db/repositories/draft';
import { selectLogs } from '$lib/server/db/repositories/event';
import { selectLatestGenerations, type LatestGeneration } from '$lib/server/db/repositories/generation';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';

/** A log that has not grown for this long has lost its writer: the tab was closed, or its machine died. */
const abandonedAfterSeconds = 120;

/** Everything that a learner left in a lesson: drafts, and each cell's latest explanation as its log. */
export async function loadWork(
	{ db }: Context,
	actor: Actor,
	{ lessonId }: { lessonId: LessonId }
): Promise<Answer<LessonWork>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'work.read', { learnerId })) return notFound;
	const [drafts, latest] = await Promise.all([
		selectDrafts(db, learnerId, lessonId),
		selectLatestGenerations(db, learnerId, lessonId)
	]);
	const logs = await selectLogs(
		db,
		latest.map((row) => row.generationId)
	);
	return done({
		drafts,
		explanations: latest.flatMap((row) => storedExplanation(row, logs.get(row.generationId) ?? []))
	});
}

function storedExplanation(row: LatestGeneration, events: TutorEvent[]): StoredExplanation[] {
	const start = events[0];
	if (start?.type !== 'explanation-start') return [];
	return [
		{
			cellId: row.cellId,
			generationId: row.generationId,
			explanationId: start.explanationId,
			status: currentStatus(row),
			code: row.code,
			modelId: row.modelId,
			events,
			...(row.rating === null ? {} : { rating: row.rating })
		}
	];
}

const currentStatus = (row: LatestGeneration): GenerationStatus =>
	row.status === 'running' && row.idleSeconds > abandonedAfterSeconds ? 'interrupted' : row.status;
