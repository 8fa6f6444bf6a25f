import { Cell, expect, openLesson, saved, test } from './lesson-page';

/** What must not get lost: each of these once was. */
test.use({ expectedErrors: [/Failed to load resource|ERR_FAILED|ERR_INTERNET_DISCONNECTED/] });

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
