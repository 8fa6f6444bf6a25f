import type { LessonWork, StoredDraft, StoredExplanation } from '$lib/domain/draft';
import type { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import { knownReasons, type RatingDetails } from '$lib/domain/rating';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectDrafts } from '$lib/server/db/repositories/draft';
import { selectLogs } from '$lib/server/db/repositories/event';
import { selectShownGenerations, type ShownGeneration } from '$lib/server/db/repositories/generation';
import { parseLesson } from '$lib/lessons/parse';
import { hasLesson, selectLesson } from '$lib/server/db/repositories/lesson-version';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';
import { interruptAbandoned } from './interrupt-abandoned';

/**
 * Everything that a learner left in a lesson: drafts, and for each cell the explanation that it shows, as its log. A lesson
 * that is neither in the folder nor was ever served is not found; one that was taken away keeps its work. `version`: the one that
 * is shown, for the answer to say what drafts of others started from.
 */
export async function loadWork(
	{ db, offersLesson }: Context,
	actor: Actor,
	{ lessonId, version }: { lessonId: LessonId; version?: ContentHash }
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
		...(version === undefined ? {} : { starters: await startersOf(db, lessonId, drafts, version) }),
		explanations: shown.flatMap((row) => storedExplanation(row, logs.get(row.generationId) ?? []))
	});
}

async function startersOf(
	db: Context['db'],
	lessonId: LessonId,
	drafts: readonly StoredDraft[],
	version: ContentHash
): Promise<Record<CellId, string>> {
	const starters: Record<CellId, string> = {};
	for (const other of new Set(drafts.map(({ lessonVersion }) => lessonVersion))) {
		const own = drafts.filter(({ lessonVersion }) => lessonVersion === other);
		const stored = other === version ? undefined : await selectLesson(db, lessonId, other);
		if (stored === undefined) continue;
		const { path, source, files } = stored;
		const parsed = await parseLesson({ path, text: source, files: files ?? [] });
		// What was good once, and is no more by the rules of today, says nothing.
		if (!parsed.ok) continue;
		for (const block of parsed.lesson.blocks)
			if (block.kind === 'cell' && own.some(({ cellId }) => cellId === block.cell.id))
				starters[block.cell.id] = block.cell.starter;
	}
	return starters;
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
