import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import {
	Cell,
	expect,
	expectAccessible,
	expectAccessibleEverywhere,
	openLesson,
	saved,
	test
} from './lesson-page';

// With PROCODER_LONG every state is looked at four times by axe.
test.describe.configure({ timeout: 180_000 });

async function openHistory(page: Page, cell: Cell): Promise<Locator> {
	await cell.button('More about this cell').click();
	await cell.button('Earlier versions').click();
	return page.getByRole('dialog', { name: 'Earlier versions of cell' });
}

/** Each run of the cell is a version. */
async function runAll(page: Page, cell: Cell, codes: readonly string[]): Promise<void> {
	for (const code of codes) {
		await cell.write(code);
		const kept = saved(page, /\/drafts\//);
		await cell.run();
		await kept;
	}
}

test('earlier versions are looked at, compared and used by the keyboard alone, and nothing goes with it', async ({
	page
}) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	const dialog = await openHistory(page, cell);
	await expect(dialog.getByText('There is no other text yet.')).toBeVisible();
	await expectAccessible(page);
	await page.keyboard.press('Escape');

	await runAll(page, cell, ['x = 1\nprint(x)', 'x = 2\nprint(x)', 'x = 3\nprint(x)']);
	await page.keyboard.press('Escape');
	await cell.button('More about this cell').focus();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await expect(cell.button('Earlier versions')).toBeFocused();
	await page.keyboard.press('Enter');
	const scrubber = dialog.getByRole('slider', { name: 'Version' });
	await expect(scrubber).toBeFocused();
	await expect(scrubber).toHaveAttribute('aria-valuetext', '2 of 3, just now');
	const text = dialog.getByRole('region', { name: 'This version' }).locator('pre');
	await expect(text).toHaveText('x = 2\nprint(x)');
	await expect(dialog.getByRole('deletion')).toHaveText('x = 3');
	await expect(dialog.getByRole('insertion')).toHaveText('x = 2');
	await expect(dialog.locator('time')).toHaveAttribute('title', /\d{4} at \d/);
	await expectAccessibleEverywhere(page);

	await page.keyboard.press('End');
	await expect(dialog.getByText('This is the text in the cell.')).toBeVisible();
	await page.keyboard.press('Home');
	await expect(text).toHaveText('x = 1\nprint(x)');
	await page.keyboard.press('ArrowRight');
	await expect(text).toHaveText('x = 2\nprint(x)');
	await page.keyboard.press('ArrowLeft');
	await expect(text).toHaveText('x = 1\nprint(x)');
	for (let at = 0; at < 6; at++) {
		if (
			await dialog
				.getByRole('button', { name: 'Use this version' })
				.evaluate((one) => one === document.activeElement)
		)
			break;
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await expect(dialog).toBeHidden();
	await expect(cell.code).toBeFocused();
	await expect(cell.code).toContainText('x = 1');
	// An edit like any other.
	await page.keyboard.press('ControlOrMeta+z');
	await expect(cell.code).toContainText('x = 3');
	await page.keyboard.press('ControlOrMeta+y');
	await expect(cell.code).toContainText('x = 1');
	await cell.button('Undo').click();
	await expect(cell.code).toContainText('x = 3');
	await expect(cell.button('Undo')).toBeHidden();
});

test('what a reset put away is said to be in the history, is there, and comes back at a press', async ({
	page
}) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write('mine = "typed and never run"');
	const kept = saved(page, /\/drafts\//);
	await cell.button('Reset cell').click();
	await expect(cell.root.getByText('is among the earlier versions of this cell')).toBeVisible();
	await expectAccessibleEverywhere(page);
	await kept;
	await page.waitForTimeout(1_000);
	await page.reload();
	await expect(cell.code).not.toContainText('mine');
	const dialog = await openHistory(page, cell);
	await expect(dialog.getByText('It was put away for another text.')).toBeVisible();
	await expect(dialog.locator('pre')).toHaveText('mine = "typed and never run"');
	await dialog.getByRole('button', { name: 'Use this version' }).click();
	await expect(cell.code).toContainText('mine');
});

test.describe('without a server', () => {
	test.use({ expectedErrors: [/Failed to load resource|ERR_FAILED/] });
	test('the history says so, shows what this browser keeps, and can be asked again', async ({
		page,
		context
	}) => {
		await openLesson(page);
		const cell = new Cell(page, 1);
		await runAll(page, cell, ['a = 1', 'a = 2']);
		await context.route('**/api/v1/**', (route) => route.abort());
		const dialog = await openHistory(page, cell);
		await expect(dialog.getByText('could not be fetched')).toBeVisible();
		await expectAccessibleEverywhere(page);
		await page.keyboard.press('Escape');
		await cell.write('a = "typed alone"');
		await cell.button('Reset cell').click();
		await openHistory(page, cell);
		await expect(dialog.locator('pre')).toHaveText('a = "typed alone"');
		await expect(dialog.getByText('kept in this browser, not sent yet').first()).toBeVisible();
		await expectAccessibleEverywhere(page);
		await page.keyboard.press('Escape');
		await page.close();

		// A tab that was closed takes nothing with it: what was put away there arrives with the next visit.
		await context.unroute('**/api/v1/**');
		const next = await context.newPage();
		const again = new Cell(next, 1);
		const put = saved(next, /\/drafts\//);
		await openLesson(next);
		await put;
		const later = await openHistory(next, again);
		await expect(later.locator('pre')).toHaveText('a = "typed alone"');
	});
});

test('the solution is asked for once, and compared with one’s own code', async ({ page }) => {
	await page.goto('/lessons/first-functions');
	const hinted = page.getByRole('button', { name: 'Hint', exact: true }).first();
	const name = await page.locator('[data-cell]').filter({ has: hinted }).first().getAttribute('aria-label');
	const exercise = page.getByRole('group', { name: name ?? 'none', exact: true });
	const hint = exercise.getByRole('button', { name: 'Hint', exact: true });
	const own = exercise.getByRole('textbox', { name: 'Code', exact: true });
	await own.click();
	await page.keyboard.press('ControlOrMeta+End');
	await page.keyboard.insertText('\n# my own line');
	while ((await hint.count()) > 0) await hint.click();
	const show = exercise.getByRole('button', { name: 'Solution', exact: true });
	await show.click();
	await expect(exercise.getByText('Show the solution now?')).toBeVisible();
	await expectAccessibleEverywhere(page);
	await exercise.getByRole('button', { name: 'Keep trying' }).press('Enter');
	await expect(show).toBeFocused();
	await show.press('Enter');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(exercise.getByText('From your code to this one')).toBeVisible();
	await expect(exercise.getByRole('deletion').filter({ hasText: '# my own line' })).toBeVisible();
	await expect(show).toBeFocused();
	await expect(show).toHaveAttribute('aria-expanded', 'true');
	await expectAccessibleEverywhere(page);
	await page.reload();
	await show.click();
	await expect(show).toHaveAttribute('aria-expanded', 'true');
	await expect(exercise.getByText('Show the solution now?')).toBeHidden();
});

test.describe('another version of the lesson', () => {
	test.use({ expectedErrors: [/Failed to load resource|ERR_/] });
	let server: BuiltServer;
	let folder: string;
	test.beforeAll(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'procoder-history-'));
		await write('soup = 1');
		server = await startBuiltServer(path.join(folder, 'data'), { LESSONS_DIR: path.join(folder, 'lessons') });
	});
	test.afterAll(async () => {
		server.child.kill('SIGTERM');
		await server.gone;
		await rm(folder, { recursive: true, force: true });
	});

	async function write(code: string): Promise<void> {
		const place = path.join(folder, 'lessons', '01-soup');
		await mkdir(place, { recursive: true });
		const text = `---\ntitle: Soup\nsummary: About soup.\n---\n\nBread.\n\n\`\`\`{python}\n#| id: first\n${code}\nprint(soup)\n\`\`\`\n`;
		await writeFile(path.join(place, '.new'), text);
		await rename(path.join(place, '.new'), path.join(place, 'index.md'));
	}

	test('offers its new text beside one’s own, also after a reload, and keeps what is put away', async ({
		page
	}) => {
		await page.goto(`${server.address}/lessons/soup`);
		const cell = new Cell(page, 1);
		const first = saved(page, /\/drafts\//);
		await cell.write('soup = "mine"');
		await first;
		await write('soup = 2');
		const offer = cell.root.getByText('The lesson has a new text for this cell.');
		await expect(offer).toBeVisible();
		await page.reload();
		await expect(offer).toBeVisible();
		await expect(cell.code).toContainText('mine');
		await cell.button('Compare').click();
		await expect(cell.root.getByRole('insertion').first()).toHaveText('soup = 2');
		await expectAccessibleEverywhere(page);
		const kept = saved(page, /\/drafts\//);
		await cell.button('Keep mine').click();
		await expect(offer).toBeHidden();
		await kept;
		await page.reload();
		await expect(cell.code).toContainText('mine');
		await expect(offer).toBeHidden();

		await write('soup = 3');
		await expect(offer).toBeVisible();
		const taken = saved(page, /\/drafts\//);
		await cell.button('Take the new text').click();
		await expect(cell.code).toContainText('soup = 3');
		await taken;
		const dialog = await openHistory(page, cell);
		await expect(dialog.locator('pre')).toHaveText('soup = "mine"');
	});

	test('a server that is started again while somebody types costs nothing', async ({ page }) => {
		const data = path.join(folder, 'restarted');
		const folders = { LESSONS_DIR: path.join(folder, 'lessons') };
		let own = await startBuiltServer(data, folders);
		await page.goto(`${own.address}/lessons/soup`);
		const cell = new Cell(page, 1);
		const put = saved(page, /\/drafts\//);
		await cell.write('soup = ""');
		await put;
		const typing = (async () => {
			for (let line = 0; line < 40; line++) {
				await page.keyboard.type(`\nline${line} = ${line}`, { delay: 15 });
				await page.waitForTimeout(150);
			}
		})();
		const unheard = page.waitForEvent('requestfailed', (request) => request.url().includes('/drafts/'));
		own.child.kill('SIGKILL');
		await own.gone;
		await unheard;
		own = await startBuiltServer(data, { ...folders, PORT: new URL(own.address).port });
		await typing;
		await expect
			.poll(
				() =>
					page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('procoder.draft'))),
				{ timeout: 45_000 }
			)
			.toEqual([]);
		const work = await page.request.get(`${own.address}/api/v1/lessons/soup/work`);
		const lines = Array.from({ length: 40 }, (_, line) => `line${line} = ${line}`);
		expect(await work.json()).toMatchObject({
			drafts: [{ draft: { code: ['soup = ""', ...lines].join('\n') } }]
		});
		await page.reload();
		await expect(cell.code).toContainText('soup = ""');
		await expect(page.getByText('changed in another tab')).toBeHidden();
		own.child.kill('SIGTERM');
		await own.gone;
	});
});
