import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContentHash, LessonId } from '$lib/domain/ids';
import { LessonFile, type Lesson } from '$lib/domain/lesson';
import { lessonVersion } from '$lib/server/db/schema/lesson-version';
import { recallLesson, recordLesson } from '$lib/server/tutoring/record-lesson';
import { freshDatabase, type FreshDatabase } from './database';
import { lesson, newLearner, newSubmission, openWorld } from './world';

let database: FreshDatabase;
beforeAll(async () => {
	database = await freshDatabase();
});
afterAll(() => database.client.close());

const source = { path: '02-cities/index.md', text: '# Cities' };
const file = (hash: string) =>
	v.parse(LessonFile, { name: 'cities.csv', bytes: 12, hash: hash.repeat(64).slice(0, 64) });
const withFiles = (id: string, files: LessonFile[]): Lesson => ({
	...lesson,
	id: v.parse(LessonId, id),
	version: v.parse(ContentHash, 'c'.repeat(64)),
	files
});
const stored = async ({ id }: Lesson): Promise<unknown> => {
	const { db } = database.client;
	const [row] = await db.select().from(lessonVersion).where(eq(lessonVersion.lessonId, id));
	return row?.files;
};

it('keeps the data files of a lesson, and what is known of a version as it was', async () => {
	const { db } = database.client;
	const served = withFiles('cities', [file('d')]);
	await recordLesson({ db }, served, source);
	expect(await stored(served)).toEqual([file('d')]);
	await recordLesson({ db }, { ...served, files: [] }, source);
	expect(await stored(served)).toEqual([file('d')]);
});

it('adds them to a version that was recorded before they were kept', async () => {
	const { db } = database.client;
	const served = withFiles('older', [file('e')]);
	const cells = served.blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell.id] : []));
	const { path, text } = source;
	await db
		.insert(lessonVersion)
		.values({ lessonId: served.id, version: served.version, path, source: text, cells });
	expect(await stored(served)).toBeNull();
	await recordLesson({ db }, served, source);
	expect(await stored(served)).toEqual([file('e')]);
});

it('gives back the version that was recorded last, where its files are known', async () => {
	const { db } = database.client;
	const first = withFiles('twice', [file('a')]);
	await recordLesson({ db }, first, source);
	const later = { ...first, version: v.parse(ContentHash, 'd'.repeat(64)) };
	await recordLesson({ db }, later, { ...source, text: '# Towns' });
	expect(await recallLesson({ db }, 'twice')).toEqual({ text: '# Towns', files: [file('a')] });
	expect(await recallLesson({ db }, 'never')).toBeUndefined();
	expect(await recallLesson({ db }, '../no id')).toBeUndefined();
});

it('a submission comes back with its files and the lines that were typed', async () => {
	const tutoring = await openWorld(database.client.db);
	const learner = newLearner();
	const { name, hash } = file('f');
	const submission = { ...(await newSubmission()), files: [{ name, hash }], stdin: ['Ada', '', '36'] };
	expect(await tutoring.submit(learner, { submission })).toMatchObject({ ok: true });
	expect(await tutoring.readSubmission(learner, { id: submission.id })).toMatchObject({
		value: { files: [{ name, hash }], stdin: ['Ada', '', '36'] }
	});
});
