import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxLessonFileBytes } from '$lib/domain/lesson';
import { fitsOf, stepsOf } from '$lib/domain/recorded-lesson';
import { lessonCatalogue, type RecordedSource } from './catalogue';

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

it('tells of a folder that it cannot read by its name, and of two lessons with one place', async () => {
	await write('01-values', lesson('Values'));
	await write('Zweite Schöne_Lektion', lesson('Second'));
	await write('01-loops', lesson('Loops'));
	await write('.git', lesson('None'));
	const { lessons, problems } = await open().list();
	expect(lessons.map(({ id }) => id)).toEqual(['loops', 'values']);
	expect(problems.map(({ path: at, message, expected }) => [at, message, expected])).toEqual([
		[
			'01-values/index.md',
			'This lesson has the same place in the course as the one in the folder 01-loops: 1.',
			'another number before the folder’s name, or another "order"'
		],
		[
			'Zweite Schöne_Lektion/index.md',
			'The folder "Zweite Schöne_Lektion" is not read: its name must be a number and the lesson’s id.',
			'a name such as "02-zweite-schone-lektion": small letters, digits and hyphens'
		]
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

it('shows what was recorded last of a lesson that is broken when the program starts', async () => {
	const stored = new Map<string, RecordedSource>();
	const again = () =>
		lessonCatalogue(
			folder,
			({ id, files }, { text }) => Promise.resolve(void stored.set(id, { text, files })),
			(id) => Promise.resolve(stored.get(id))
		);
	await write('01-values', lesson('Values', 'open("towns.csv")'));
	await writeFile(path.join(folder, '01-values', 'towns.csv'), 'a,b');
	const good = await again().get('values');
	await write('01-values', '---\ntitle: [\n---\n');
	await write('02-new', '---\ntitle: [\n---\n');
	const started = again();
	expect(await started.get('values')).toEqual(good);
	expect(await started.get('new')).toBeUndefined();
	expect((await started.list()).problems.map((problem) => problem.path)).toEqual([
		'01-values/index.md',
		'02-new/index.md'
	]);
	// Its data are on disk alone: with others it would be another lesson.
	await writeFile(path.join(folder, '01-values', 'towns.csv'), 'a,c');
	expect(await again().get('values')).toBeUndefined();
	const silent = lessonCatalogue(
		folder,
		() => Promise.resolve(),
		() => Promise.reject(new Error('The database is away.'))
	);
	expect(await silent.get('values')).toBeUndefined();
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
	expect(problems.map(({ path: where }) => where).toSorted()).toEqual([
		'01-empty/index.md',
		'03-same/index.md'
	]);
	const nowhere = await lessonCatalogue(path.join(folder, 'none'), () => Promise.resolve()).list();
	expect(nowhere).toMatchObject({ lessons: [], problems: [{ path: '.' }] });
});

it('names links and prerequisites that lead nowhere, and keeps the lesson that has them', async () => {
	const text = lesson('Values')
		.replace('minutes: 5', 'prerequisites: [nothing, loops]')
		.replace('Some words.', '[a](lesson:lops) and [b](lesson:broken)');
	await write('01-values', text);
	await write('02-loops', lesson('Loops'));
	await write('03-broken', '');
	const catalogue = open();
	const { lessons, problems } = await catalogue.list();
	expect(lessons.map(({ id }) => id)).toEqual(['values', 'loops']);
	const found = problems.filter(({ path: where }) => where === '01-values/index.md');
	expect(found.map(({ line, column, message }) => [line, column, message])).toEqual([
		[5, 17, 'There is no lesson “nothing”.'],
		[8, 1, 'There is no lesson “lops”. Did you mean “loops”?']
	]);
	await write('01-values', text.replace('lops', 'loops').replace('nothing, ', ''));
	expect((await catalogue.list()).problems.map(({ path: where }) => where)).toEqual(['03-broken/index.md']);
});

it('names links to headings that are not there, in the lesson itself and in another', async () => {
	const own = '## Ends and steps\n\n[a](#ends-and-step), [b](#ends-and-steps), [c](#%E0%A4) and [d](#)';
	await write('01-values', lesson('Values').replace('Some words.', `${own}, [e](lesson:loops#ende)`));
	await write('02-loops', lesson('Loops').replace('Some words.', '## Ends\n\nSome words.'));
	const catalogue = open();
	const { lessons, problems } = await catalogue.list();
	expect(lessons.map(({ id }) => id)).toEqual(['values', 'loops']);
	expect(problems).toMatchObject([
		{
			line: 10,
			column: 1,
			message: 'There is no heading “#ends-and-step”. Did you mean “ends-and-steps”?',
			expected: 'one of #ends-and-steps'
		},
		{ line: 10, column: 44, message: 'There is no heading “#%E0%A4”.' },
		{
			line: 10,
			column: 69,
			message: 'There is no heading “#ende” in the lesson “loops”. Did you mean “ends”?',
			expected: 'one of #ends'
		}
	]);
	// A lesson that is broken from the start has headings that nobody knows.
	await write('02-loops', '');
	await rm(path.join(folder, '01-values'), { recursive: true });
	await write('03-later', lesson('Later').replace('Some words.', '[e](lesson:broken#ende)'));
	await write('04-broken', '');
	expect((await catalogue.list()).problems.map(({ path: where }) => where)).toEqual([
		'02-loops/index.md',
		'04-broken/index.md'
	]);
});

it('gives a picture the size that it has by itself', async () => {
	await mkdir(path.join(folder, '01-values'));
	await writeFile(path.join(folder, '01-values', 'map.svg'), '<svg viewBox="0 0 640 480"/>');
	await writeFile(path.join(folder, '01-values', 'odd.svg'), '<svg/>');
	await write('01-values', lesson('Values').replace('Some words.', '![A map](map.svg) ![A dot](odd.svg)'));
	const [prose] = (await open().get('values'))?.blocks ?? [];
	const images =
		prose?.kind === 'prose' && prose.nodes[0]?.kind === 'paragraph' ? prose.nodes[0].children : [];
	expect(images).toMatchObject([
		{ kind: 'image', alt: 'A map', width: 640, height: 480 },
		{ kind: 'text' },
		{ kind: 'image', alt: 'A dot' }
	]);
	expect(images[2]).not.toHaveProperty('width');
});

it('marks every lesson with what it is now, broken or good', async () => {
	await write('01-values', lesson('Values'));
	await write('02-loops', lesson('Loops'));
	const catalogue = open();
	const first = await catalogue.marks();
	expect(Object.keys(first.lessons)).toEqual(['values', 'loops']);
	expect(await catalogue.marks()).toEqual(first);
	await write('01-values', '---\ntitle: [\n---\n');
	const broken = await catalogue.marks();
	expect(broken.course).not.toBe(first.course);
	expect(broken.lessons['values']).not.toBe(first.lessons['values']);
	expect(broken.lessons['loops']).toBe(first.lessons['loops']);
	// An editor that writes another file and puts it in the place of the old one.
	await writeFile(path.join(folder, '01-values', 'index.md.new'), lesson('Values'));
	await rename(path.join(folder, '01-values', 'index.md.new'), path.join(folder, '01-values', 'index.md'));
	expect(await catalogue.marks()).toEqual(first);
	const away = path.join(folder, '_away');
	await rename(path.join(folder, '02-loops'), away);
	expect(Object.keys((await catalogue.marks()).lessons)).toEqual(['values']);
	await rename(away, path.join(folder, '02-loops'));
	expect(await catalogue.marks()).toEqual(first);
});

it('reports what is wrong in one lesson, with the lines around it', async () => {
	const good = lesson('Values');
	await write('01-values', good);
	await write('02-loops', lesson('Loops').replace('Some words.', 'One\r\ntwo\r\n\r\n:::\r\nthree'));
	const catalogue = open();
	expect(await catalogue.report('values')).toEqual([]);
	expect(await catalogue.report('loops')).toMatchObject([
		{
			path: '02-loops/index.md',
			line: 11,
			message: 'This line closes a block, but none is open.',
			excerpt: { from: 8, lines: ['One', 'two', '', ':::', 'three', '', '```{python}'] }
		}
	]);
	await write('01-values', good.replace('title: Values', `title: ${'x'.repeat(400)}`));
	const [problem] = await catalogue.report('values');
	expect(problem?.excerpt?.from).toBe(1);
	expect(Math.max(...(problem?.excerpt?.lines ?? []).map((line) => line.length))).toBe(301);
	await writeFile(path.join(folder, '02-loops', 'notes.docx'), '');
	expect((await catalogue.report('loops')).map((one) => [one.path, one.excerpt?.from])).toEqual([
		['02-loops/index.md', 8],
		['02-loops/notes.docx', undefined]
	]);
	await rm(path.join(folder, '02-loops', 'index.md'));
	expect((await catalogue.report('loops')).map((one) => one.excerpt)).toEqual([undefined]);
	expect(await catalogue.report('nothing')).toEqual([]);
});

it('hands out what was recorded, as far as it still holds and spoils no guess', async () => {
	const cell = (id: string, code: string, more = ''): string =>
		`\n\`\`\`{python}\n#| id: ${id}\n${more}${code}\n\`\`\`\n`;
	const text =
		lesson('Values') + cell('two', 'y = 2') + cell('guess', 'y', '#| predict: true\n') + cell('bad', '1/0');
	await write('01-values', text);
	const catalogue = open();
	expect(await catalogue.outputs('values')).toEqual({});
	const [whole] = (await catalogue.everything()).lessons;
	if (whole === undefined) throw new Error('There is a lesson.');
	const steps = stepsOf(whole.lesson);
	const fits = await fitsOf(steps, []);
	const said = { outputs: [{ kind: 'stdout', text: '<b>2</b>' }] };
	const error = { type: 'ZeroDivisionError', message: 'division by zero' };
	const cells = Object.fromEntries(
		steps.map(({ cell: { id } }, index) => [id, { fits: fits[index], ...said }])
	);
	const record = async (content: unknown): Promise<void> => {
		const file = path.join(folder, '01-values', 'expected.json');
		await writeFile(file, JSON.stringify(content));
		clock += 1;
		await utimes(file, clock, clock);
	};
	const before = await catalogue.marks();
	await record({
		format: 1,
		cells: { ...cells, bad: { fits: fits[3], outputs: [], error }, gone: cells['one'] }
	});
	expect(await catalogue.outputs('values')).toEqual({ one: said, two: said, bad: { outputs: [], error } });
	// They are worked out once for as long as nothing changes.
	expect(await catalogue.outputs('values')).toBe(await catalogue.outputs('values'));
	expect((await catalogue.marks()).course).not.toBe(before.course);
	// It is none of the lesson's data, and no version of it.
	expect((await catalogue.get('values'))?.files).toEqual([]);
	expect((await catalogue.get('values'))?.version).toBe(whole.lesson.version);
	// Code that changes takes the records of all cells below it with it.
	await write('01-values', text.replace('y = 2', 'y = 3'));
	expect(await catalogue.outputs('values')).toEqual({ one: said });
	for (const damaged of [[], { format: 2, cells }, { format: 1, cells: { one: said } }, 'x']) {
		await record(damaged);
		expect(await catalogue.outputs('values')).toEqual({});
		expect((await catalogue.list()).problems).toEqual([]);
	}
	expect(await catalogue.outputs('nothing')).toEqual({});
});

it('has a solution for those who ask for it by name', async () => {
	const exercise =
		'\n```{python}\n#| exercise: share\nx\n```\n\n::: {.solution exercise="share"}\n```python\nthe_answer\n```\n:::\n';
	await write('01-values', lesson('Values') + exercise);
	const catalogue = open();
	expect(await catalogue.solution('values', 'share')).toMatchObject({ code: 'the_answer' });
	expect(JSON.stringify(await catalogue.get('values'))).not.toContain('the_answer');
	for (const name of ['one', 'constructor', '__proto__', '', '../values']) {
		expect(await catalogue.solution('values', name)).toBeUndefined();
		expect(await catalogue.solution(name, 'share')).toBeUndefined();
	}
	await rm(path.join(folder, '01-values'), { recursive: true });
	expect(await catalogue.solution('values', 'share')).toBeUndefined();
});

it('has an exercise for the server itself, also of the version before', async () => {
	const exercise = (answer: string): string =>
		`\n\`\`\`{python}\n#| exercise: share\nx\n\`\`\`\n\n::: {.solution exercise="share"}\n\`\`\`python\n${answer}\n\`\`\`\n:::\n`;
	await write('01-values', lesson('Values') + exercise('first'));
	const catalogue = open();
	const first = await catalogue.exercise('values', 'share');
	expect(first?.exercise.solution.code).toBe('first');
	// Work in a version refers to it, so it is recorded before it is handed out.
	expect(recorded).toEqual([`values ${first?.lesson.version.slice(0, 4)}`]);
	await write('01-values', lesson('Values') + exercise('second'));
	expect((await catalogue.exercise('values', 'share'))?.exercise.solution.code).toBe('second');
	const before = await catalogue.exercise('values', 'share', first?.lesson.version);
	expect(before?.exercise.solution.code).toBe('first');
	expect(await catalogue.exercise('values', 'share', '0'.repeat(64))).toBeUndefined();
	for (const name of ['one', 'constructor', '__proto__', '', '../values']) {
		expect(await catalogue.exercise('values', name)).toBeUndefined();
		expect(await catalogue.exercise(name, 'share')).toBeUndefined();
	}
});

it('never makes a path of a name from outside', async () => {
	await write('01-values', lesson('Values'));
	await writeFile(path.join(folder, 'secret.md'), lesson('Secret'));
	await symlink(folder, path.join(folder, '04-loop'));
	const catalogue = open();
	for (const name of [
		'../secret',
		'..',
		'.',
		'',
		'01-values',
		'values/index.md',
		'%2e%2e',
		'values\0',
		'loop',
		'__proto__'
	]) {
		expect(await catalogue.get(name)).toBeUndefined();
	}
});

describe('an index.md that is no text of a lesson', () => {
	const problemsOf = async (name: string): Promise<string[]> => {
		await write('02-loops', lesson('Loops'));
		const { lessons, problems } = await open().list();
		expect(lessons.map(({ id }) => id)).toEqual(['loops']);
		expect(problems.map(({ path: at }) => at)).toEqual([`${name}/index.md`]);
		return problems.map(({ message }) => message);
	};

	it('is told where it is a pipe, and takes no other lesson away', async (context) => {
		await mkdir(path.join(folder, '01-values'));
		const made = spawnSync('mkfifo', [path.join(folder, '01-values', 'index.md')]);
		context.skip(made.status !== 0, 'there are no pipes here');
		expect(await problemsOf('01-values')).toEqual(['This is no ordinary file.']);
	});

	it('is told where it is a folder', async () => {
		await mkdir(path.join(folder, '01-values', 'index.md'), { recursive: true });
		expect(await problemsOf('01-values')).toEqual(['This is no ordinary file.']);
	});

	it('is told where it is huge, without being read', async () => {
		await write('01-values', lesson('Values'));
		await truncate(path.join(folder, '01-values', 'index.md'), 1_500_000_000);
		expect(await problemsOf('01-values')).toEqual(['The lesson has 1500000000 bytes.']);
	});

	it('is told where it is a link that leads out of its folder, and none of its text is shown', async () => {
		await mkdir(path.join(folder, '01-values'));
		await writeFile(path.join(folder, 'secret.md'), 'a secret');
		await symlink('../secret.md', path.join(folder, '01-values', 'index.md'));
		expect(await problemsOf('01-values')).toEqual(['This is a link that leads out of the lesson’s folder.']);
		expect(JSON.stringify(await open().report('values'))).not.toContain('secret');
	});

	it('is read where it is a link within its folder, as in a mounted volume', async () => {
		await write('01-values/..data', lesson('Values'));
		await symlink('..data/index.md', path.join(folder, '01-values', 'index.md'));
		expect(await open().list()).toMatchObject({ lessons: [{ id: 'values' }], problems: [] });
	});

	it('is told where its whole folder is a link', async () => {
		await write('.elsewhere', lesson('Values'));
		await symlink('.elsewhere', path.join(folder, '01-values'));
		expect((await problemsOf('01-values')).join()).toContain('it is a link');
	});

	it('is read only once while it stays what it is', async () => {
		const good = lesson('Values');
		const file = path.join(folder, '01-values', 'index.md');
		const put = async (bytes: Uint8Array): Promise<void> => {
			await writeFile(file, bytes);
			await utimes(file, 5, 5);
		};
		await write('01-values', good);
		const catalogue = open();
		await put(Buffer.from(good).fill(0xff, 40, 41));
		const broken = await catalogue.list();
		expect(broken.problems.map(({ message }) => message)).toEqual(['The file is not in UTF-8.']);
		// The same file with the same time and size: only who reads it again would know.
		await put(Buffer.from(good));
		expect(await catalogue.list()).toEqual(broken);
	});
});

describe('data files', () => {
	const put = async (name: string, content: string | Uint8Array): Promise<void> => {
		await writeFile(path.join(folder, '01-values', name), content);
		clock += 1;
		await utimes(path.join(folder, '01-values', name), clock, clock);
	};
	const text = (bytes: Uint8Array | undefined): string | undefined =>
		bytes === undefined ? undefined : new TextDecoder().decode(bytes);
	const ofFile = (name: string, from: { files: { name: string; hash: string }[] } | undefined): string =>
		from?.files.find((file) => file.name === name)?.hash ?? 'none';

	beforeEach(() => write('01-values', lesson('Values')));

	it('are part of the lesson and of its version, and are read again when they change', async () => {
		const catalogue = open();
		const bare = await catalogue.get('values');
		expect(bare?.files).toEqual([]);
		await put('towns.csv', 'name\nBern\n');
		await put('answer.json', '42');
		const first = await catalogue.get('values');
		expect(first?.files.map(({ name, bytes }) => [name, bytes])).toEqual([
			['answer.json', 2],
			['towns.csv', 10]
		]);
		expect(first?.version).not.toBe(bare?.version);
		await put('towns.csv', 'name\nRome\n');
		const second = await catalogue.get('values');
		expect(second?.version).not.toBe(first?.version);
		expect(recorded).toHaveLength(3);
		// The page that is open shows the version before.
		expect(text(await catalogue.file('values', 'towns.csv', ofFile('towns.csv', second)))).toBe(
			'name\nRome\n'
		);
		expect(text(await catalogue.file('values', 'towns.csv', ofFile('towns.csv', first)))).toBe(
			'name\nBern\n'
		);
		expect(await catalogue.file('values', 'answer.json', ofFile('towns.csv', second))).toBeUndefined();
	});

	it('stay what they are while the lesson is broken', async () => {
		await put('towns.csv', 'Bern');
		const catalogue = open();
		const good = await catalogue.get('values');
		await put('towns.csv', new Uint8Array(maxLessonFileBytes + 1));
		expect((await catalogue.list()).problems).toEqual([
			{
				path: '01-values/towns.csv',
				line: 1,
				message: `The file has ${maxLessonFileBytes + 1} bytes.`,
				expected: `at most ${maxLessonFileBytes} bytes`
			}
		]);
		expect(await catalogue.get('values')).toEqual(good);
		expect(text(await catalogue.file('values', 'towns.csv', ofFile('towns.csv', good)))).toBe('Bern');
		await put('towns.csv', new Uint8Array(maxLessonFileBytes));
		expect((await catalogue.list()).problems).toEqual([]);
	});

	it('are bounded together, in bytes and in number', async () => {
		for (const number of [1, 2, 3, 4, 5]) await put(`part${number}.csv`, new Uint8Array(maxLessonFileBytes));
		expect((await open().list()).problems).toEqual([]);
		await put('more.csv', 'x');
		expect((await open().list()).problems[0]?.message).toMatch(/have 10485761 bytes together/);
		for (const number of [1, 2, 3, 4, 5]) await rm(path.join(folder, '01-values', `part${number}.csv`));
		for (let number = 0; number < 50; number++) await put(`n${number}.csv`, '');
		expect((await open().list()).problems[0]?.message).toBe('The lesson has 51 files.');
	});

	it('do not include what is hidden, private or left over', async () => {
		for (const name of ['.DS_Store', '._towns.csv', '_notes.md', 'towns.csv~', '.env'])
			await put(name, 'secret');
		await mkdir(path.join(folder, '01-values', '_sources'));
		await put('towns.csv', 'Bern');
		const { problems } = await open().list();
		expect(problems).toEqual([]);
		expect((await open().get('values'))?.files.map(({ name }) => name)).toEqual(['towns.csv']);
	});

	it.each([
		'sch\u00f6n.csv',
		'with space.csv',
		'-rf.csv',
		'quote".csv',
		'notes.docx',
		'solution.md',
		'noending',
		`${'a'.repeat(97)}.csv`
	])('refuses the name %s and says so', async (name) => {
		await put(name, 'x');
		const { lessons, problems } = await open().list();
		expect(lessons).toEqual([]);
		expect(problems.map((problem) => problem.path)).toEqual([`01-values/${name}`]);
		expect(problems[0]?.expected).toContain('begins with _');
	});

	it('never leave the lesson’s folder, whatever lies there', async () => {
		await writeFile(path.join(folder, 'secret.csv'), 'secret');
		const inside = (name: string): string => path.join(folder, '01-values', name);
		await symlink(path.join(folder, 'secret.csv'), inside('out.csv'));
		await symlink('../secret.csv', inside('relative.csv'));
		await symlink('/etc/passwd', inside('passwd.txt'));
		await symlink(folder, inside('all.csv'));
		await symlink('loop.csv', inside('loop.csv'));
		await symlink('nowhere.csv', inside('gone.csv'));
		await mkdir(inside('folder.csv'));
		expect(spawnSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', inside('pipe.csv')]).status).toBe(0);
		const { lessons, problems } = await open().list();
		expect(lessons).toEqual([]);
		expect(problems.map(({ path: where, message }) => [where.slice('01-values/'.length), message])).toEqual([
			['all.csv', 'This is a link that leads out of the lesson’s folder.'],
			['folder.csv', 'This is no ordinary file.'],
			['gone.csv', 'It cannot be read (ENOENT).'],
			['loop.csv', 'It cannot be read (ELOOP).'],
			['out.csv', 'This is a link that leads out of the lesson’s folder.'],
			['passwd.txt', 'This is a link that leads out of the lesson’s folder.'],
			['pipe.csv', 'This is no ordinary file.'],
			['relative.csv', 'This is a link that leads out of the lesson’s folder.']
		]);
	});

	it('may be links within the folder, as in a mounted volume', async () => {
		await mkdir(path.join(folder, '01-values', '..2026_11'));
		await writeFile(path.join(folder, '01-values', '..2026_11', 'towns.csv'), 'Bern');
		await symlink('..2026_11', path.join(folder, '01-values', '..data'));
		await symlink('..data/towns.csv', path.join(folder, '01-values', 'towns.csv'));
		const catalogue = open();
		const found = await catalogue.get('values');
		expect(text(await catalogue.file('values', 'towns.csv', ofFile('towns.csv', found)))).toBe('Bern');
	});

	it('are not served under names that are paths', async () => {
		await put('towns.csv', 'Bern');
		const catalogue = open();
		const hash = ofFile('towns.csv', await catalogue.get('values'));
		for (const name of ['../01-values/towns.csv', './towns.csv', 'index.md', 'towns.csv/', '', '__proto__']) {
			expect(await catalogue.file('values', name, hash)).toBeUndefined();
		}
		expect(await catalogue.file('../values', 'towns.csv', hash)).toBeUndefined();
		expect(await catalogue.file('values', 'towns.csv', '')).toBeUndefined();
	});

	it('that cannot be read are named', async (context) => {
		context.skip(process.getuid?.() === 0, 'root can read every file');
		await put('towns.csv', 'Bern');
		await chmod(path.join(folder, '01-values', 'towns.csv'), 0);
		expect((await open().list()).problems[0]?.message).toBe('It cannot be read (EACCES).');
	});
});
