import { Cell, expect, expectAccessible, openLesson, saved, test } from './lesson-page';

test('the course says what is in progress and what is next, and leads back to the cell that was left', async ({
	page
}) => {
	await page.goto('/');
	const line = (title: string) =>
		page.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) });
	const [first, lesson] = [line('Values and names'), line('Functions')];
	await expect(first).toContainText('next');
	await expect(page.getByRole('link', { name: /Start here Values and names/ })).toBeVisible();
	await openLesson(page);
	const kept = saved(page, /\/drafts\//);
	await new Cell(page, 2).run();
	await kept;
	await page.goto('/');
	await expect(lesson).toContainText(/in progress, 1 of \d+ cells/);
	await expect(first).toContainText('next');
	await page.getByRole('link', { name: /Resume where you stopped/ }).click();
	await expect(page).toHaveURL(/first-functions#cell:/);
	await expect(new Cell(page, 2).button('Run cell')).toBeInViewport();
});

for (const width of [360, 1280]) {
	test(`the search is reached by a key, and finds words with their heading, at ${width} px`, async ({
		page
	}) => {
		await page.setViewportSize({ width, height: 900 });
		await page.goto('/');
		const field = page.getByRole('searchbox', { name: 'Search the lessons' });
		// The page answers to keys once it is alive.
		await expect(async () => {
			await page.keyboard.press('/');
			await expect(field).toBeFocused({ timeout: 500 });
		}).toPass();
		await page.keyboard.type('range stops');
		const found = page.getByRole('list', { name: 'What was found' });
		await expect(found.getByRole('link').first()).toHaveAttribute('href', /^\/lessons\/loops#/);
		await expectAccessible(page);
		expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
			0
		);
		await page.keyboard.type(' and/or zebra');
		await expect(field).toHaveValue('range stops and/or zebra');
		await expect(page.getByText('Nothing found')).toBeVisible();
		await field.fill('');
		await expect(page.getByRole('link', { name: /Values and names/ }).first()).toBeVisible();
	});
}
