import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lessonCatalogue } from './catalogue';

let folder: string;
let clock = 1_000;
const recorded: string[] = [];
const open = () =>
	lessonCatalogue(folder, (lesson) => {
		recorded.push(`${lesson.id} ${lesson.version.slice(0, 4)}`);
		return Promise.resolve();
	});

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-lessons-'));
	recorded.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lesson = (title: string, code = 'x = 1'): string =>
	`---\ntitle: ${title}\nsummary: About it.\nlevel: beginner\nminutes: 5\n---\n\nSome words.\n\n\`\`\`{python}\n#| id: one\n#| label: One\n${code}\n\`\`\`\n`;

async function write(name: string, text: string | Uint8Array): Promise<void> {
	await mkdir(path.join(folder, name), { recursive: true });
	const file = path.join(folder, name, 'index.md');
	await writeFile(file, text);
	// Two writes within one tick of the file system's clock must still count as a change.
	clock += 1;
	await utimes(file, clock, clock);
}

it('lists lessons in their order, by the folder’s name without its number', async () => {
	await write('02-loops', lesson('Loops'));
	await write('01-values', lesson('Values'));
	await mkdir(path.join(folder, 'drafts'));
	const { lessons, problems } = await open().list();
	expect(problems).toEqual([]);
	expect(lessons.map(({ id, title, cells }) => [id, title, cells])).toEqual([
		['values', 'Values', 1],
		['loops', 'Loops', 1]
	]);
});

it('serves a lesson and records each version once', async () => {
	await write('01-values', lesson('Values'));
	const catalogue = open();
	const first = await catalogue.get('values');
	await catalogue.get('values');
	await write('01-values', lesson('Values', 'x = 2'));
	const second = await catalogue.get('values');
	expect(second?.version).not.toBe(first?.version);
	expect(recorded).toHaveLength(2);
	expect(first).not.toHaveProperty('authorNotes');
});

it('keeps the last good version live while the file is broken, and says what is wrong', async () => {
	await write('01-values', lesson('Values'));
	const catalogue = open();
	const good = await catalogue.get('values');
	for (const broken of ['---\ntitle: [\n---\n', '', new Uint8Array([0x2d, 0xff, 0xfe])]) {
		await write('01-values', broken);
		const { lessons, problems } = await catalogue.list();
		expect(lessons.map(({ version }) => version)).toEqual([good?.version]);
		expect(problems[0]).toMatchObject({ path: '01-values/index.md' });
		expect(await catalogue.get('values')).toEqual(good);
	}
	await write('01-values', lesson('Mended'));
	expect((await catalogue.list()).problems).toEqual([]);
	expect((await catalogue.get('values'))?.title).toBe('Mended');
});

it('forgets a lesson whose folder is gone, and finds one that was renamed', async () => {
	await write('01-values', lesson('Values'));
	const catalogue = open();
	await catalogue.get('values');
	await rename(path.join(folder, '01-values'), path.join(folder, '03-things'));
	expect(await catalogue.get('values')).toBeUndefined();
	expect((await catalogue.get('things'))?.id).toBe('things');
});

it('names folders without a file, two that claim one address, and a missing lessons folder', async () => {
	await mkdir(path.join(folder, '01-empty'));
	await write('02-same', lesson('First'));
	await write('03-same', lesson('Second'));
	const { lessons, problems } = await open().list();
	expect(lessons.map(({ title }) => title)).toEqual(['First']);
	expect(problems.map(({ path: where }) => where).toSorted()).toEqual(['01-empty/index.md', '03-same/index.md']);
	const nowhere = await lessonCatalogue(path.join(folder, 'none'), () => Promise.resolve()).list();
	expect(nowhere).toMatchObject({ lessons: [], problems: [{ path: '.' }] });
});

it('never makes a path of a name from outside', async () => {
	await write('01-values', lesson('Values'));
	await writeFile(path.join(folder, 'secret.md'), lesson('Secret'));
	await symlink(folder, path.join(folder, '04-loop'));
	const catalogue = open();
	for (const name of ['../secret', '..', '.', '', '01-values', 'values/index.md', '%2e%2e', 'values\0', 'loop', '__proto__']) {
		expect(await catalogue.get(name)).toBeUndefined();
	}
});
