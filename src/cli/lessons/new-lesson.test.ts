import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseLesson } from '$lib/lessons/parse';
import { newLesson } from './new-lesson';

let folder: string;
beforeEach(async () => {
	folder = path.join(await mkdtemp(path.join(tmpdir(), 'procoder-new-')), 'lessons');
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

it('makes lessons that can be read, each with the next number', async () => {
	for (const [slug, name] of [
		['loops', '01-loops'],
		['more-loops', '02-more-loops']
	] as const) {
		const made = await newLesson(folder, slug);
		expect(made).toEqual({ ok: true, file: path.join(folder, name, 'index.md'), id: slug });
		const text = await readFile(path.join(folder, name, 'index.md'), 'utf8');
		expect(await parseLesson({ path: `${name}/index.md`, text })).toMatchObject({
			ok: true,
			lesson: { id: slug }
		});
	}
	await mkdir(path.join(folder, '10-ten'));
	await mkdir(path.join(folder, 'drafts'));
	expect(await newLesson(folder, 'eleven')).toMatchObject({
		file: path.join(folder, '11-eleven', 'index.md')
	});
});

it.each(['', 'Loops', 'two words', '../out', 'a/b', '-a', 'a--b', 'é', 'x'.repeat(65), '01_a'])(
	'refuses the name “%s”',
	async (slug) => {
		const made = await newLesson(folder, slug);
		expect(made).toMatchObject({
			ok: false,
			why: expect.stringContaining('cannot be a lesson’s name') as string
		});
		await expect(readdir(folder)).rejects.toThrow('ENOENT');
	}
);

it('refuses a name that is taken, whatever its number', async () => {
	await mkdir(path.join(folder, '07-loops'), { recursive: true });
	const made = await newLesson(folder, 'loops');
	expect(made).toMatchObject({ ok: false, why: expect.stringContaining('07-loops') as string });
	expect(await readdir(folder)).toEqual(['07-loops']);
});
