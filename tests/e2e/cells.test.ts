import AxeBuilder from '@axe-core/playwright';
import { Cell, expect, expectAccessible, openLesson, test } from './lesson-page';

test('after Escape keys move between cells, run them, and go back into the code', async ({ page }) => {
	await openLesson(page);
	const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];
	const frame = (number: number) => page.getByRole('group', { name: `Keys for cell ${number}`, exact: true });
	await one.code.click();
	await page.keyboard.press('Escape');
	await expect(frame(1)).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('j');
	await expect(frame(3)).toBeFocused();
	await page.keyboard.press('ArrowUp');
	await expect(frame(2)).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(two.code).toBeFocused();
	await page.keyboard.press('Alt+Enter');
	await expect(three.code).toBeFocused();
	await two.ended();
	await expect(two.root.getByText(/^done in/)).toBeVisible();
	// The key left no trace in the code.
	await expect(two.button('Reset cell')).toBeHidden();
});

for (const width of [360, 1280]) {
	test(`the list of keys opens by its key, not while somebody types, at ${width} px`, async ({ page }) => {
		await page.setViewportSize({ width, height: 900 });
		await openLesson(page);
		const cell = new Cell(page, 1);
		const list = page.getByRole('dialog', { name: 'Keys' });
		await cell.write('is_it = "why?"');
		await page.keyboard.type('?');
		await expect(cell.code).toContainText('why?"?');
		await expect(list).toBeHidden();
		await page.keyboard.press('Escape');
		await page.keyboard.press('?');
		await expect(list).toBeVisible();
		await expect(list).toContainText('Run, and go to the next cell');
		const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
		expect(violations.map(({ id }) => id)).toEqual([]);
		await page.keyboard.press('Escape');
		await expect(list).toBeHidden();
		await expect(page.getByRole('group', { name: 'Keys for cell 1', exact: true })).toBeFocused();
	});
}

test('a cell that waits says for which one, and one that runs how long; nothing moves with it', async ({
	page
}) => {
	await page.setViewportSize({ width: 360, height: 900 });
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('while True:\n    pass');
	const height = async (): Promise<number> => (await one.root.locator('.cell').boundingBox())?.height ?? 0;
	const before = await height();
	await one.button('Run cell').click();
	await two.button('Run cell').click();
	await expect(two.root.getByText('queued behind cell 1')).toBeVisible();
	await expect(one.root.getByText(/^running, \d+ s$/)).toBeVisible();
	expect(await height()).toBe(before);
	await one.button('Stop').click();
	await one.ended();
	await two.ended();
});

test('a cell says when what it used is another one now, and by which cell; running all of them clears it', async ({
	page
}) => {
	await openLesson(page);
	const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];
	const changed = two.root.getByText(/^prices was changed by cell 1 \(.+\) since this ran$/);
	await one.write('prices = [3, 4]');
	await one.run();
	await two.write('total = sum(prices)\ntotal');
	await two.run();
	await three.write('print(total)');
	await three.run();
	await one.run();
	await expect(two.root.getByText(/^done in/)).toBeVisible();
	await one.write('prices = [3, 4, 5]');
	await expect(
		two.root.getByText(/^prices is of cell 1 \(.+\), whose code is another one now$/)
	).toBeVisible();
	await one.run();
	await expect(changed).toBeVisible();
	await expect(two.root.getByText(/^done in/)).toBeHidden();
	await expect(three.root.getByText(/^total is of cell 2.*, which is out of date$/)).toBeVisible();
	await expectAccessible(page, '#main');
	await two.run();
	await expect(changed).toBeHidden();
	await expect(three.root.getByText(/^total was changed by cell 2.* since this ran$/)).toBeVisible();
	await three.run();
	await expect(three.root.getByText(/^done in/)).toBeVisible();
	await one.write('prices = 1 / 0');
	await one.run();
	await expect(two.root.getByText(/^prices is of cell 1.*, which has failed since$/)).toBeVisible();
	await one.write('prices = [1]');
	await page.getByRole('button', { name: 'Run all' }).click();
	await expect(three.root.getByText(/^done in/)).toBeVisible();
	await expect(two.root.getByText(/^done in/)).toBeVisible();
	await expect(three.output).toContainText('1');
});

test('on paper there is all of the code and no control, and nothing gives an answer away', async ({
	page
}) => {
	await openLesson(page);
	const one = new Cell(page, 1);
	const code = Array.from({ length: 300 }, (_, line) => `row_${line} = ${line}`).join('\n');
	await one.write(`${code}\nrow_299`);
	await one.run();
	const option = page.locator('.quiz button').first();
	await option.click();
	const reply = page
		.locator('.quiz [role=status]')
		.filter({ hasText: /Right\.|Not this one\./ })
		.first();
	await expect(reply).toBeVisible();
	await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
	// As the browser does before it prints.
	await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
	await expect(one.root.locator('pre').filter({ hasText: 'row_0 = 0' })).toContainText('row_298 = 298');
	await expect(one.code).toBeHidden();
	await expect(one.output).toContainText('299');
	await expect(reply).toBeHidden();
	await expect(option).toBeVisible();
	for (const name of ['Run cell', 'Explain', 'More about this cell', 'Copy output'])
		await expect(one.button(name)).toBeHidden();
	await expect(page.getByRole('banner')).toBeHidden();
	const colours = await page.evaluate(() => {
		const { backgroundColor, color } = getComputedStyle(document.documentElement);
		return [backgroundColor, color];
	});
	expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
	await page.evaluate(() => dispatchEvent(new Event('afterprint')));
	await page.emulateMedia({ media: 'screen' });
	await expect(one.code).toBeVisible();
});

test('a list of dictionaries is shown as a table, and copied as its text', async ({ page }) => {
	await openLesson(page);
	const one = new Cell(page, 1);
	await one.write('[{"name": "Ada", "age": 36}, {"name": "Bo", "age": 3}]');
	await one.run();
	const table = one.output.getByRole('table');
	await expect(table.getByRole('columnheader')).toHaveText(['name', 'age']);
	await expect(table.getByRole('row').nth(2)).toContainText("'Bo'");
	await expect(one.button('Copy output')).toHaveCount(1);
	await expectAccessible(page, '#main');
});
