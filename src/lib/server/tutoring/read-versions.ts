import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { DraftVersion, DraftVersionSummary } from '$lib/domain/draft-version';
import type { CellId, LessonId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectVersion, selectVersions } from '$lib/server/db/repositories/draft-version';
import { hasLesson } from '$lib/server/db/repositories/lesson-version';
import { learnerOf, type Context } from './context';

type Input = { lessonId: LessonId; cellId: CellId };

/** The earlier texts of a learner's cell, the newest first. A lesson that nobody knows is not found, as with its work. */
export async function readVersions(
	{ db, offersLesson }: Context,
	actor: Actor,
	{ lessonId, cellId }: Input
): Promise<Answer<DraftVersionSummary[]>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'versions.read', { learnerId })) return notFound;
	const versions = await selectVersions(db, { learnerId, lessonId, cellId });
	if (versions.length === 0 && !(await hasLesson(db, lessonId)) && !(await offersLesson(lessonId)))
		return notFound;
	return done(versions);
}

/** One of them, with its code. */
export async function readVersion(
	{ db }: Context,
	actor: Actor,
	{ lessonId, cellId, revision }: Input & { revision: number }
): Promise<Answer<DraftVersion>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'versions.read', { learnerId })) return notFound;
	const version = await selectVersion(db, { learnerId, lessonId, cellId }, revision);
	return version === undefined ? notFound : done(version);
}
