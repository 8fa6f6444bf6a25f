import type { Draft, SaveDraft, StoredDraft } from '$lib/domain/draft';
import { supersededVersions } from '$lib/domain/draft-version';
import type { CellId, LessonId } from '$lib/domain/ids';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import type { Database } from '$lib/server/db/client';
import { insertDraft, selectDraft, updateDraft } from '$lib/server/db/repositories/draft';
import { deleteVersions, keepVersion, type OwnCell } from '$lib/server/db/repositories/draft-version';
import { ensureLearner } from '$lib/server/db/repositories/learner';
import { hasCell } from '$lib/server/db/repositories/lesson-version';
import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';
import { sameContent } from './same-content';
import { storedRun } from '$lib/domain/stored-run';

type Input = { lessonId: LessonId; cellId: CellId; save: SaveDraft };

/**
 * Keeps a cell's work, if it started from what is stored. Otherwise another tab saved in between: nothing is overwritten, and
 * the refusal (`conflict`) carries what is stored. The same save sent twice is stored once. What was there before stays as one
 * of the cell's versions.
 */
export async function saveDraft({ db }: Context, actor: Actor, input: Input): Promise<Answer<StoredDraft>> {
	const { lessonId, cellId, save } = input;
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'draft.save', { learnerId })) return notFound;
	if (!(await hasCell(db, lessonId, save.lessonVersion, cellId))) return notFound;

	const draft = fitForStorage(save.draft);
	const content = { learnerId, lessonId, cellId, lessonVersion: save.lessonVersion, draft };
	return db.transaction(async (tx) => {
		const insert = async (): Promise<StoredDraft | undefined> => {
			await ensureLearner(tx, learnerId);
			return insertDraft(tx, content);
		};
		const keep = async (saved: StoredDraft): Promise<Answer<StoredDraft>> => {
			await keepHistory(tx, content, { revision: saved.revision, reset: save.reset ?? false });
			return done(saved);
		};
		const saved =
			save.baseRevision === 0 ? await insert() : await updateDraft(tx, content, save.baseRevision);
		if (saved !== undefined) return keep(saved);
		const stored = await selectDraft(tx, learnerId, lessonId, cellId);
		if (stored === undefined) {
			// Work that started from a revision which is gone, as after a restored backup, has nothing to overwrite.
			const restored = await insert();
			return restored === undefined ? refuse('conflict') : keep(restored);
		}
		const repeated = stored.revision === save.baseRevision + 1 && sameContent(stored.draft, draft);
		const restored = stored.revision === 1 && save.baseRevision > 1 && sameContent(stored.draft, draft);
		return repeated || restored ? done(stored) : refuse('conflict', { stored });
	});
}

/** One statement for most saves; a second one where a version began, and others are not needed any longer. */
async function keepHistory(
	tx: Database,
	cell: OwnCell,
	saved: { revision: number; reset: boolean }
): Promise<void> {
	const versions = await keepVersion(tx, cell, saved);
	const newest = versions?.at(-1);
	if (versions === undefined || newest === undefined) return;
	await deleteVersions(tx, cell, supersededVersions(versions, newest.savedAt));
}

function fitForStorage(draft: Draft): Draft {
	const { code, lastRun } = draft;
	return lastRun === undefined
		? { code }
		: { code, lastRun: { code: lastRun.code, result: storedRun(lastRun.result) } };
}
