import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import { Cell, expect, expectAccessible, test } from './lesson-page';

let server: BuiltServer;
let folder: string;

/** Between saving a file and seeing it in the page. */
const oneSecond = { timeout: 1_000 };

test.beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-authoring-'));
	await write(lesson());
	server = await startBuiltServer(path.join(folder, 'data'), { LESSONS_DIR: path.join(folder, 'lessons') });
});
test.afterAll(async () => {
	server.child.kill('SIGTERM');
	await server.gone;
	await rm(folder, { recursive: true, force: true });
});
test.beforeEach(() => write(lesson()));

function lesson({
	intro = 'Bread and soup.',
	first = 'print(1)',
	second = 'print(2)',
	more = ''
} = {}): string {
	const cell = (id: string, code: string): string => `\`\`\`{python}\n#| id: ${id}\n${code}\n\`\`\`\n`;
	return `---\ntitle: Soup\nsummary: About soup.\n---\n\n${intro}\n\n${cell('first', first)}\n${more}\n${cell('second', second)}`;
}

const place = (name = '01-soup'): string => path.join(folder, 'lessons', name);

async function write(text: string, name = '01-soup'): Promise<void> {
	await mkdir(place(name), { recursive: true });
	// As many editors do: another file takes the place of the old one.
	await writeFile(path.join(place(name), '.index.md.new'), text);
	await rename(path.join(place(name), '.index.md.new'), path.join(place(name), 'index.md'));
}

async function open(page: Page): Promise<void> {
	await page.goto(`${server.address}/lessons/soup`);
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
}

async function asOperator(browser: Browser): Promise<Page> {
	const page = await (await browser.newContext()).newPage();
	await page.goto(server.operatorLink());
	await page.waitForURL(`${server.address}/`);
	return page;
}

test('an edit is in the open page within a second, and the learner’s work stays', async ({ page }) => {
	await open(page);
	const second = new Cell(page, 2);
	await second.write('print("mine")');
	await second.run();
	await expect(second.output).toContainText('mine');
	await write(lesson({ intro: 'Bread and stew.', first: 'print(10)', second: 'print(20)' }));
	await expect(page.getByText('Bread and stew.')).toBeVisible(oneSecond);
	await expect(new Cell(page, 1).code).toHaveText('print(10)', oneSecond);
	await expect(second.code).toHaveText('print("mine")');
	await expect(second.output).toContainText('mine');

	// A cell comes in between: the work is still where its id is.
	await write(lesson({ more: '```{python}\n#| id: new\nprint(3)\n```\n' }));
	await expect(new Cell(page, 3).code).toHaveText('print("mine")', oneSecond);
	await new Cell(page, 2).run();
	await expect(new Cell(page, 2).output).toContainText('3');

	// What an edit took out comes back as the learner left it.
	await write(lesson().replace('id: second', 'id: other'));
	await expect(second.code).toHaveText('print(2)', oneSecond);
	await write(lesson());
	await expect(second.code).toHaveText('print("mine")', oneSecond);
});

test('text that was run and not changed follows the lesson, and still does after a reload', async ({
	page
}) => {
	await open(page);
	const first = new Cell(page, 1);
	await first.run();
	await write(lesson({ first: 'print(11)' }));
	await expect(first.code).toHaveText('print(11)', oneSecond);
	await expect(first.root.getByText('changed since the last run')).toBeVisible();
	await page.waitForTimeout(1_500);
	await page.reload();
	await expect(first.code).toHaveText('print(11)');
});

test('what was recorded is shown until the cell is run', async ({ page }) => {
	const folders = { LESSONS_DIR: path.join(folder, 'lessons') };
	const check = (...args: string[]) =>
		promisify(execFile)(process.execPath, [path.resolve('build/lessons.js'), 'check', ...args], {
			env: { ...process.env, ...folders }
		});
	expect((await check('soup', '--update')).stdout).toContain('all is well');
	await open(page);
	const first = new Cell(page, 1);
	const note = first.root.getByText('Recorded output.');
	await expect(note).toBeVisible();
	await expect(first.output).toContainText('1');
	await expectAccessible(page);
	await first.run();
	await expect(note).toHaveCount(0);
	// The second cell has changed: its record says nothing about it any more.
	await write(lesson({ second: 'print(22)' }));
	await expect(new Cell(page, 2).code).toHaveText('print(22)', oneSecond);
	await expect(page.getByText('Recorded output.')).toHaveCount(0);
	const failed = await check('soup', '--json').catch((error: unknown) => error);
	expect(failed).toMatchObject({ code: 1 });
	await rm(path.join(place(), 'expected.json'));
});

test('a folder that goes away leaves the page as it is, until it comes back', async ({ page }) => {
	await open(page);
	const gone = page.getByText('does not have this lesson any more');
	await rename(place(), path.join(folder, 'away'));
	await expect(gone).toBeVisible(oneSecond);
	await new Cell(page, 1).run();
	await expect(new Cell(page, 1).output).toContainText('1');
	await rename(path.join(folder, 'away'), place());
	await expect(gone).toBeHidden(oneSecond);
});

test('the list shows a lesson as soon as there is one', async ({ page }) => {
	await page.goto(server.address);
	await write(lesson().replace('title: Soup', 'title: Stew'), '02-stew');
	await expect(page.getByRole('link', { name: 'Stew' })).toBeVisible(oneSecond);
	await rm(place('02-stew'), { recursive: true });
	await expect(page.getByRole('link', { name: 'Stew' })).toBeHidden(oneSecond);
});

test('more tabs than a browser has connections for a host all follow', async ({ context }) => {
	const pages = await Promise.all(Array.from({ length: 8 }, () => context.newPage()));
	for (const page of pages) await page.goto(server.address);
	await write(lesson().replace('title: Soup', 'title: Broth'));
	for (const page of pages)
		await expect(page.getByRole('link', { name: 'Broth' }).last()).toBeVisible(oneSecond);
	// The one that reads goes; another takes its place.
	await pages[0]?.close();
	await write(lesson().replace('title: Soup', 'title: Bisque'));
	for (const page of pages.slice(1))
		await expect(page.getByRole('link', { name: 'Bisque' }).last()).toBeVisible();
});

test('the operator sees what is wrong, as the file is saved; others read the last good version', async ({
	browser,
	page
}) => {
	const author = await asOperator(browser);
	// While Python starts, a page has two cores to share.
	for (const one of [author, page]) await open(one);
	const panel = (of: Page) => of.getByRole('region', { name: /mending in this lesson/ });
	const broken = lesson({ intro: 'Bread and <b>beer</b>.' })
		.replace('#| id: first', '#| id: first\n#| lable: One')
		.replace('#| id: second', '#| id: first');
	await write(broken);
	await expect(panel(author)).toBeVisible(oneSecond);
	await expect(panel(author)).toContainText('2 things need mending');
	await expect(panel(author).getByText('01-soup/index.md:10:4')).toBeVisible();
	await expect(panel(author)).toContainText('Did you mean “label”?');
	await expect(panel(author).getByRole('group', { name: 'Lines 7 to 13 of the source' })).toContainText(
		'#| lable: One'
	);
	// The source is text here, whatever is in it.
	await expect(panel(author).locator('b')).toHaveCount(0);
	await expectAccessible(author);
	await expect(author.getByText('Bread and soup.')).toBeVisible();
	await page.reload();
	await expect(page.getByText('Bread and soup.')).toBeVisible();
	await expect(panel(page)).toHaveCount(0);

	await write(broken.replace('lable', 'label'));
	await expect(panel(author)).toContainText('One thing needs mending', oneSecond);
	await write(lesson({ intro: 'Bread and tea.' }));
	await expect(panel(author)).toBeHidden(oneSecond);
	await expect(author.getByText('Bread and tea.')).toBeVisible();
	await expect(page.getByText('Bread and tea.')).toBeVisible();

	// A lesson that has never been good has a page for its author alone.
	await write('---\ntitle: New\n---\n', '03-new');
	await author.goto(`${server.address}/lessons/new`);
	await expect(panel(author)).toContainText('summary');
	expect((await page.request.get(`${server.address}/lessons/new`)).status()).toBe(404);
	await write(lesson(), '03-new');
	await expect(author.getByRole('heading', { name: 'Soup', level: 1 })).toBeVisible(oneSecond);
	await rm(place('03-new'), { recursive: true });
	await author.context().close();
});

test.describe('a wrong code', () => {
	test.use({ expectedErrors: [/status of 403/] });
	test('opens nothing', async ({ page }) => {
		await page.goto(server.operatorLink().slice(0, -1));
		await expect(page.getByText('This is not the code.')).toBeVisible();
		expect(await page.context().cookies()).toHaveLength(1);
		expect(page.url()).toBe(`${server.address}/operator`);
		await expectAccessible(page);
	});
});

test('the server stops at once with pages open', async ({ browser }) => {
	const own = await startBuiltServer(path.join(folder, 'other-data'), {
		LESSONS_DIR: path.join(folder, 'lessons')
	});
	const page = await (await browser.newContext()).newPage();
	const followed = page.waitForResponse((response) => response.url().endsWith('/api/v1/changes'));
	await page.goto(own.address);
	await followed;
	const from = Date.now();
	own.child.kill('SIGTERM');
	await own.gone;
	// Connections that are still open are cut two seconds after the signal.
	expect(Date.now() - from).toBeLessThan(1_900);
	expect(own.child.exitCode).toBe(0);
	await page.context().close();
});
