import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { isLong, newSeed } from '../table';
import { Cell, expect, expectAccessible, fillStorage, openLesson, saved, test } from './lesson-page';

/** What must not get lost: each of these once was. */
test.use({ expectedErrors: [/Failed to load resource|ERR_FAILED|ERR_INTERNET_DISCONNECTED/] });

/** The drafts that this browser keeps because the server does not have them. */
const unsent = (page: Page): Promise<string[]> =>
	page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('procoder.draft')));

test('output is still there when the page is loaded again right after a run', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write('print("fresh", 6 * 7)');
	await cell.run();
	await expect(cell.output).toContainText('fresh 42');
	await page.reload();
	await expect(cell.output).toContainText('fresh 42');
	await expect(cell.code).toContainText('6 * 7');
});

test('work, output, explanation and rating of a time without a server arrive when there is one again', async ({
	page,
	context
}) => {
	test.setTimeout(150_000);
	await openLesson(page);
	const rated = new Cell(page, 2);
	const complete = saved(page, /\/events$/, 'POST');
	await rated.explain();
	await complete;
	await expect(rated.button('Helpful')).toBeEnabled();

	await context.route('**/api/v1/**', (route) => route.abort());
	await rated.button('Helpful').click();
	const cell = new Cell(page, 1);
	await cell.write('def triple(n):\n    return n * 3\n\ntriple(14)');
	await cell.run();
	await expect(cell.output).toContainText('42');
	await expect(cell.root.getByText('Kept in this browser only, not on the server')).toBeVisible();
	await cell.explain();
	await expect(cell.explanation.getByText('not saved yet')).toBeVisible();
	await page.close();
	await context.unroute('**/api/v1/**');

	const next = await context.newPage();
	await openLesson(next);
	const again = new Cell(next, 1);
	await expect(again.code).toContainText('triple');
	await expect(again.output).toContainText('42');
	await expect(again.explanation.getByText('triple(14)')).toBeVisible();
	await expect(new Cell(next, 2).button('Helpful')).toHaveAttribute('aria-pressed', 'true');
	// And it is on the server, not only here.
	await expect
		.poll(() =>
			next.evaluate(() => Object.keys(localStorage).filter((key) => /procoder\.(draft|letters)/.test(key)))
		)
		.toEqual([]);
	await next.reload();
	await expect(again.explanation.getByText('triple(14)')).toBeVisible();
	await expect(again.output).toContainText('42');
});

test('a slow server does not look like another tab', async ({ page }) => {
	await openLesson(page);
	await page.route('**/drafts/**', async (route) => {
		await new Promise((resolve) => setTimeout(resolve, 2_500));
		await route.continue();
	});
	const cell = new Cell(page, 1);
	await cell.write('a = 1');
	await page.waitForTimeout(1_200);
	await cell.code.press('End');
	await page.keyboard.type('\nb = 2', { delay: 60 });
	await page.waitForTimeout(1_200);
	await page.keyboard.type('\nc = 3', { delay: 60 });
	await expect
		.poll(
			() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('procoder.draft'))),
			{
				timeout: 15_000
			}
		)
		.toEqual([]);
	await expect(page.getByText('changed in another tab')).toBeHidden();
	await page.reload();
	await expect(cell.code).toContainText('c = 3');
});

test('in two tabs, text that waits for a decision survives a reload of its tab and a save of the other', async ({
	page,
	context
}) => {
	await openLesson(page);
	const other = await context.newPage();
	await openLesson(other);
	const [mine, theirs] = [new Cell(page, 1), new Cell(other, 1)];
	const put = saved(page, /\/drafts\//);
	await mine.write('first = "of A"');
	await put;
	await theirs.write('only = "in B"');
	await expect(theirs.root.getByText('changed in another tab')).toBeVisible();
	const second = saved(page, /\/drafts\//);
	await mine.write('second = "of A"');
	await second;
	await other.reload();
	await expect(theirs.code).toContainText('in B');
	await expect(theirs.root.getByText('changed in another tab')).toBeVisible();
	const kept = saved(other, /\/drafts\//);
	await theirs.button('Keep this one').click();
	await kept;
	await other.reload();
	await expect(theirs.code).toContainText('in B');
	await other.close();
});

test('a cell that is too large runs, is refused by the server with the reason, and is kept here', async ({
	page
}) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write(`text = "${'x'.repeat(300_000)}"\nprint(len(text))`);
	await cell.run();
	await expect(cell.output).toContainText('300000');
	await expect(cell.root.getByText('larger than 256 KB')).toBeVisible();
	await page.reload();
	await cell.run();
	await expect(cell.output).toContainText('300000');
});

test('a program that changes streams with every letter leaves the page alive', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write(
		'import sys\nfor n in range(15000):\n    sys.stdout.write("a")\n    sys.stderr.write("b")\nprint("end")'
	);
	await cell.button('Run cell').click();
	await expect(cell.output).toContainText('end', { timeout: 30_000 });
	await cell.write('print("alive")');
	await cell.run();
	await expect(cell.output).toContainText('alive');
});

test('where Python cannot start, the page says so at the top and at the cell, and counts nothing as done', async ({
	page
}) => {
	await page.route('**/*.wasm', (route) => route.abort());
	await page.goto('/lessons/first-functions');
	await expect(page.getByText(/Load the page again; reading and typing work meanwhile/)).toBeVisible();
	const cell = new Cell(page, 1);
	await cell.write('still = "typing"');
	await cell.button('Run cell').click();
	await expect(cell.root.getByText('Python could not start, see above')).toBeVisible();
	await expect(page.getByText(/^0 of \d+ cells run to the end/)).toBeVisible();
	await cell.button('Explain').click();
	await expect(cell.explanation.getByText('Python is not available here.')).toBeVisible();
});

test('a page that is neither on https nor on localhost works without their privileges', async ({ page }) => {
	await page.addInitScript(() => {
		Reflect.deleteProperty(Crypto.prototype, 'randomUUID');
		Reflect.deleteProperty(Crypto.prototype, 'subtle');
		Reflect.deleteProperty(Navigator.prototype, 'locks');
	});
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.run();
	await cell.explain();
	await page.reload();
	await expect(cell.explanation.getByText('confirmed', { exact: true }).first()).toBeVisible();
});

test('a tab that is killed while somebody types loses at most its last second', async ({
	context
}, testInfo) => {
	const rounds = isLong ? 50 : 3;
	test.setTimeout(rounds * 45_000);
	const seed = newSeed();
	let mostLostMs = 0;
	let state = seed;
	// The same generator as in the tables of programs: enough to choose a key by.
	const random = (below: number): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
	for (let round = 0; round < rounds; round++) {
		const page = await context.newPage();
		await page.goto('/lessons/first-functions');
		const cell = new Cell(page, 1);
		await cell.write(`round_${round} = "`);
		const last = 1 + random(90);
		const at: number[] = [];
		for (let key = 0; key < last; key++) {
			await page.keyboard.type(String.fromCharCode(97 + random(26)));
			at.push(Date.now());
			// Now and then a rest, in which it is sent.
			await page.waitForTimeout(random(20) === 0 ? 900 : random(40));
		}
		const killed = Date.now();
		const cdp = await context.newCDPSession(page);
		const gone = page.waitForEvent('crash');
		void cdp.send('Page.crash').catch(() => undefined);
		await gone;
		await page.close();

		const next = await context.newPage();
		await next.goto('/lessons/first-functions');
		const again = new Cell(next, 1).code;
		const typed = new RegExp(`round_${round} = "([a-z]*)`);
		const isLost = at.filter((time) => time >= killed - 1_000).length;
		await expect
			.poll(async () => typed.exec(await again.innerText())?.[1]?.length ?? -1, {
				message: `round ${round} of seed ${seed}: ${last} keys, of which ${isLost} may be lost`
			})
			.toBeGreaterThanOrEqual(last - isLost);
		// What this browser had kept has been taken up, and the server has it.
		await expect.poll(() => unsent(next)).toEqual([]);
		const firstLost = at[typed.exec(await again.innerText())?.[1]?.length ?? 0];
		if (firstLost !== undefined) mostLostMs = Math.max(mostLostMs, killed - firstLost);
		await expect(next.getByText('changed in another tab')).toBeHidden();
		await next.close();
	}
	const description = `${mostLostMs} ms of typing at most, in ${rounds} kills of seed ${seed}`;
	testInfo.annotations.push({ type: 'lost', description });
	console.log(`lost: ${description}`);
});

test('where this browser’s storage is full, work goes to the server, and the page says what is at risk', async ({
	page,
	context
}) => {
	await openLesson(page);
	await fillStorage(page);
	const cell = new Cell(page, 1);
	const put = saved(page, /\/drafts\//);
	await cell.write('full = "but saved"');
	await put;
	await expect(page.getByText('Your work is saved on the server alone')).toBeVisible();
	await expectAccessible(page);
	await context.route('**/api/v1/**', (route) => route.abort());
	await cell.write('full = "and alone"');
	await expect(page.getByText('your last changes are on this page alone')).toBeVisible();
	// The notice is at the top of the page, the cell may be far below it.
	await expect(cell.root.getByText('On this page only: it goes when the page is closed')).toBeVisible();
	await expect(new Cell(page, 2).root.getByText('On this page only')).toBeHidden();
	await expectAccessible(page);
	// Whoever leaves now is asked.
	const asked = page.waitForEvent('dialog');
	await page.evaluate(() => setTimeout(() => location.reload()));
	const dialog = await asked;
	expect(dialog.type()).toBe('beforeunload');
	await dialog.dismiss();
	await context.unroute('**/api/v1/**');
	await page.evaluate(() => {
		dispatchEvent(new Event('online'));
	});
	await expect(page.getByText('your last changes are on this page alone')).toBeHidden();
	await expect(cell.root.getByText('On this page only')).toBeHidden();
	await page.reload();
	await expect(cell.code).toContainText('and alone');
});

test('a clock that is set a day on or back loses nothing, and shows nothing wrong', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	const dialog = page.getByRole('dialog', { name: 'Earlier versions of cell' });
	for (const days of [1, -1]) {
		await cell.write(`clock = "before ${days}"`);
		let put = saved(page, /\/drafts\//);
		await cell.run();
		await put;
		await page.evaluate((ms) => {
			const now = Date.now;
			Date.now = () => now() + ms;
		}, days * 86_400_000);
		put = saved(page, /\/drafts\//);
		await cell.write(`clock = "after ${days}"`);
		await put;
		await expect(page.getByText('changed in another tab')).toBeHidden();
		await cell.button('More about this cell').click();
		await cell.button('Earlier versions').click();
		await expect(dialog.locator('pre')).toHaveText(`clock = "before ${days}"`);
		await expect(dialog.locator('time')).toContainText('just now');
		await page.keyboard.press('Escape');
		await expect.poll(() => unsent(page)).toEqual([]);
		await page.reload();
		await expect(cell.code).toContainText(`after ${days}`);
		await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	}
});

test('with cookies blocked lessons are read and run, and the page says what it cannot do', async ({
	baseURL,
	launchOptions
}) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'procoder-no-cookies-'));
	await mkdir(path.join(folder, 'Default'));
	// What "Block all cookies" in the settings writes.
	await writeFile(
		path.join(folder, 'Default', 'Preferences'),
		JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } })
	);
	const context = await chromium.launchPersistentContext(folder, {
		...launchOptions,
		...(baseURL === undefined ? {} : { baseURL })
	});
	try {
		const page = await context.newPage();
		const errors: string[] = [];
		page.on('pageerror', (error) => errors.push(error.message));
		const sent: string[] = [];
		page.on('request', (request) => {
			if (request.method() !== 'GET') sent.push(request.url());
		});
		await openLesson(page);
		expect(await page.evaluate(() => document.cookie)).toBe('');
		expect(await context.cookies()).toEqual([]);
		await expect(page.getByText('This browser keeps no cookies for this page')).toBeVisible();
		await expectAccessible(page);
		const cell = new Cell(page, 1);
		await cell.write('def twice(n):\n    return 2 * n\n\ntwice(21)');
		await cell.run();
		await expect(cell.output).toContainText('42');
		await cell.explain();
		await expect(cell.explanation.getByText('keeps no cookies')).toBeVisible();
		// No stranger is made for each key.
		expect(sent).toEqual([]);
		expect(errors).toEqual([]);
	} finally {
		await context.close();
		await rm(folder, { recursive: true, force: true });
	}
});
