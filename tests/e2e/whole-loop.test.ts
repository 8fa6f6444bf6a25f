import { Cell, expect, openLesson, saved, test } from './lesson-page';

const double = `def double_all(numbers):
    result = []
    for number in numbers:
        result.append(number * 2)
    return result

double_all([1, 2, 3])`;

test('read, run, stop, explain, rate, reload: everything is still there', async ({ page }) => {
	await page.goto('/');
	await page.getByRole('link', { name: /^(?:\d+\W*)?Functions/ }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Functions', exact: true })).toBeVisible();
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	const [first, second, third] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];

	for (const cell of [first, second, third]) {
		await cell.run();
		await expect(cell.root.getByText(/^done in/)).toBeVisible();
	}

	await third.write('while True:\n    pass');
	await third.button('Run cell').click();
	await expect(third.root.getByText('running', { exact: true })).toBeVisible();
	const stoppedAt = Date.now();
	await third.button('Stop').click();
	await expect(third.root.getByText('stopped', { exact: true })).toBeVisible();
	await third.ended();
	expect(Date.now() - stoppedAt, 'milliseconds from Stop to stopped').toBeLessThan(2_000);

	await second.write(double);
	await second.run();
	await expect(second.output).toContainText('[2, 4, 6]');
	const complete = saved(page, /\/generations\/[^/]+\/events$/, 'POST');
	await second.explain();
	await complete;
	const { explanation } = second;
	for (const heading of ['Purpose', 'Steps', 'Example', 'Edge cases']) {
		await expect(explanation.getByRole('heading', { name: heading, exact: true })).toBeVisible();
	}
	// The first list is the steps.
	const [examples, edgeCases] = [explanation.getByRole('list').nth(1), explanation.getByRole('list').nth(2)];
	expect(await examples.getByText('confirmed', { exact: true }).count()).toBeGreaterThanOrEqual(2);
	const verdicts = explanation.getByText('confirmed', { exact: true });
	expect(await verdicts.count(), 'confirmed examples and edge cases').toBeGreaterThanOrEqual(3);
	for (const row of [
		...(await examples.getByRole('listitem').all()),
		...(await edgeCases.getByRole('listitem').all())
	]) {
		await expect(
			row.getByText(/^(confirmed|contradicted|raised instead|timed out|varies|not checked)$/).first()
		).toBeVisible();
	}

	const helpful = second.button('Helpful');
	await expect(helpful).toBeEnabled();
	const rated = saved(page, /\/rating$/);
	await helpful.click();
	await rated;
	await expect(helpful).toHaveAttribute('aria-pressed', 'true');
	// Below it stands the rating, whose form is folded after a reload.
	const explained = async () => (await explanation.innerText()).split('Was this right and clear?')[0];
	const text = await explained();
	await expect
		.poll(() =>
			page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('procoder.draft')))
		)
		.toEqual([]);

	await page.reload();
	await expect(second.code).toContainText('def double_all');
	await expect(second.output).toContainText('[2, 4, 6]');
	await expect(third.code).toContainText('while True');
	expect(await explained()).toBe(text);
	await expect(second.button('Helpful')).toHaveAttribute('aria-pressed', 'true');

	// Editable, and removable.
	const changed = saved(page, /\/rating$/);
	await second.button('Not helpful').click();
	await changed;
	await expect(second.button('Helpful')).toHaveAttribute('aria-pressed', 'false');
	const removed = saved(page, /\/rating$/, 'DELETE');
	await second.button('Not helpful').click();
	await removed;
	await page.reload();
	await expect(second.button('Not helpful')).toHaveAttribute('aria-pressed', 'false');
});

test('an explanation of code that has changed says so, and can be asked for again', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.explain();
	await cell.write('def shout(word):\n    return word.upper() + "!"\n\nshout("hi")');
	await expect(cell.explanation.getByText(/It has changed since/)).toBeVisible();
	await cell.explanation.getByRole('button', { name: 'Ask again' }).click();
	await expect(cell.explanation.getByText(/It has changed since/)).toBeHidden();
	await expect(cell.explanation.getByText('shout', { exact: false }).first()).toBeVisible();
});

test('a syntax error is explained where it is', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write('def broken(x)\n    return x');
	await cell.run();
	await expect(cell.output).toContainText('SyntaxError');
	await expect(cell.root.getByText('failed on line 1')).toBeVisible();
	await cell.button('Explain').click();
	await expect(cell.explanation.getByRole('heading', { name: 'Steps' })).toBeVisible();
	await expect(cell.explanation.getByText('line 1', { exact: true })).toBeAttached();
});

test('two learners see only their own work', async ({ browser, baseURL }) => {
	const one = await browser.newContext(baseURL === undefined ? {} : { baseURL });
	const other = await browser.newContext(baseURL === undefined ? {} : { baseURL });
	const page = await one.newPage();
	await openLesson(page);
	const put = saved(page, /\/drafts\//);
	await new Cell(page, 1).write('secret = "mine alone"');
	await put;
	const theirs = await other.newPage();
	await theirs.goto('/lessons/first-functions');
	await expect(theirs.getByRole('heading', { level: 1 })).toBeVisible();
	expect(await theirs.content()).not.toContain('mine alone');
	await one.close();
	await other.close();
});

test('two tabs: the later save overwrites nothing, and the learner chooses', async ({ page, context }) => {
	test.info().annotations.push({ type: 'why', description: 'the server answers 409, which Chromium logs' });
	await openLesson(page);
	const other = await context.newPage();
	await other.goto('/lessons/first-functions');
	await expect(other.getByRole('heading', { level: 1 })).toBeVisible();
	const put = saved(page, /\/drafts\//);
	await new Cell(page, 1).write('first = "tab"');
	await put;
	const cell = new Cell(other, 1);
	await cell.write('second = "tab"');
	await expect(cell.root.getByText('This cell was changed in another tab.')).toBeVisible();
	await cell.button('Take the other one').click();
	await expect(cell.code).toContainText('first = "tab"');
	await other.close();
});

test.describe('without the server', () => {
	test.use({ expectedErrors: [/Failed to load resource|ERR_FAILED|ERR_INTERNET_DISCONNECTED/] });

	test('work goes on, is kept in the browser, and is sent when the server answers again', async ({
		page
	}) => {
		await openLesson(page);
		await page.route('**/api/v1/**', (route) => route.abort());
		const cell = new Cell(page, 2);
		await cell.write('print("no server")');
		await cell.run();
		await expect(cell.output).toContainText('no server');
		await expect(page.getByText(/Not saved yet/)).toBeVisible();
		await page.unroute('**/api/v1/**');
		await saved(page, /\/drafts\//);
		await expect(page.getByText(/Not saved yet/)).toBeHidden();
		await page.reload();
		await expect(cell.code).toContainText('no server');
	});
});
