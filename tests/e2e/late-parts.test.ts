import { Cell, expect, expectAccessible, openLesson, test } from './lesson-page';

/** What a page fetches only when somebody asks for it, asked for without a connection. */
test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|Failed to (load|fetch)/] });

test('a part that cannot be fetched says so, can be asked for again, and costs no work', async ({
	page,
	context
}) => {
	test.setTimeout(150_000);
	await openLesson(page);
	const cell = new Cell(page, 1);
	await context.setOffline(true);
	await cell.write('alone = "but typed"');
	const missing = page.getByText('This part of the page could not be loaded.');
	const again = page.getByRole('button', { name: 'Try again', exact: true });

	await test.step('the earlier versions of a cell', async () => {
		await cell.button('More about this cell').click();
		await cell.button('Earlier versions').click();
		await expect(missing).toBeVisible();
		await expectAccessible(page);
		// Still offline: the same again, and no page without a word.
		await again.click();
		await expect(missing).toBeVisible();
		await page.getByRole('button', { name: 'Close', exact: true }).click();
		await expect(missing).toBeHidden();
		await cell.button('More about this cell').click();
		await cell.button('Earlier versions').click();
		await expect(missing).toBeVisible();
		await context.setOffline(false);
		await again.click();
		await expect(page.getByRole('dialog', { name: 'Earlier versions of cell 1' })).toBeVisible();
		await expect(missing).toBeHidden();
		await page.keyboard.press('Escape');
	});

	await test.step('the list of keys', async () => {
		await context.setOffline(true);
		await page.getByRole('button', { name: 'Keys', exact: true }).click();
		await expect(missing).toBeVisible();
		await context.setOffline(false);
		await again.click();
		await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
		await page.keyboard.press('Escape');
	});

	await test.step('what makes a file of the lesson', async () => {
		await context.setOffline(true);
		await page.getByRole('button', { name: 'More about this page' }).click();
		await page.getByRole('button', { name: 'Download as a notebook' }).click();
		await expect(missing).toBeVisible();
		await context.setOffline(false);
		const download = page.waitForEvent('download');
		await again.click();
		expect((await download).suggestedFilename()).toMatch(/\.ipynb$/);
		await expect(missing).toBeHidden();
	});

	await cell.run();
	await expect(cell.code).toContainText('but typed');
});

test('without what shows explanations a cell says so, and shows it once it can be fetched', async ({
	page,
	context
}) => {
	// It is fetched as soon as the page is there, so its file is kept away until then.
	let isAway = true;
	await page.route(/\/_app\/immutable\/chunks\//, async (route) => {
		const response = await route.fetch();
		const text = await response.text();
		if (isAway && text.includes('try.answers') && !text.includes('Calls that you tried'))
			await route.abort('internetdisconnected');
		else await route.fulfill({ response });
	});
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.button('Explain').click();
	await expect(cell.explanation.getByText('This part of the page could not be loaded.')).toBeVisible();
	await expectAccessible(page);
	isAway = false;
	await cell.explanation.getByRole('button', { name: 'Try again' }).click();
	await expect(cell.explanation.getByText(/confirmed by running your code/)).toBeVisible({ timeout: 60_000 });
	await context.unrouteAll();
});
