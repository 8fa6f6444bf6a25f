import type { LessonWork, StoredExplanation } from '$lib/domain/draft';
import type { LessonId } from '$lib/domain/ids';
import { knownReasons, type RatingDetails } from '$lib/domain/rating';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectDrafts } from '$lib/server/db/repositories/draft';
import { selectLogs } from '$lib/server/db/repositories/event';
import { selectShownGenerations, type ShownGeneration } from '$lib/server/db/repositories/generation';
import { hasLesson } from '$lib/server/db/repositories/lesson-version';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';
import { interruptAbandoned } from './interrupt-abandoned';

/**
 * Everything that a learner left in a lesson: drafts, and for each cell the explanation that it shows, as its log. A lesson
 * that is neither in the folder nor was ever served is not found; one that was taken away keeps its work.
 */
export async function loadWork(
	{ db, offersLesson }: Context,
	actor: Actor,
	{ lessonId }: { lessonId: LessonId }
): Promise<Answer<LessonWork>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'work.read', { learnerId })) return notFound;
	if (!(await hasLesson(db, lessonId)) && !(await offersLesson(lessonId))) return notFound;
	await interruptAbandoned({ db }, learnerId);
	const [drafts, shown] = await Promise.all([
		selectDrafts(db, learnerId, lessonId),
		selectShownGenerations(db, learnerId, lessonId)
	]);
	const logs = await selectLogs(
		db,
		shown.map((row) => row.generationId)
	);
	return done({
		drafts,
		explanations: shown.flatMap((row) => storedExplanation(row, logs.get(row.generationId) ?? []))
	});
}

function storedExplanation(row: ShownGeneration, events: TutorEvent[]): StoredExplanation[] {
	const start = events[0];
	if (start?.type !== 'explanation-start') return [];
	return [
		{
			cellId: row.cellId,
			generationId: row.generationId,
			explanationId: start.explanationId,
			status: row.status,
			code: row.code,
			modelId: row.modelId,
			events,
			...(row.rating === null ? {} : { rating: row.rating.value, ratingDetails: detailsOf(row.rating) })
		}
	];
}

const detailsOf = ({
	reasons,
	comment,
	sections
}: NonNullable<ShownGeneration['rating']>): RatingDetails => ({
	reasons: knownReasons(reasons),
	...(comment === null ? {} : { comment }),
	...(sections === null ? {} : { sections })
});
