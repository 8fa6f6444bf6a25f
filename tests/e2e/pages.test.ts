import { newSeed, sample } from '../table';
import { Cell, expect, openLesson, test } from './lesson-page';

for (const width of sample([360, 768, 1024, 1480], newSeed(), 1)) {
	test(`nothing sticks out sideways at ${width} px`, async ({ page }) => {
		await page.setViewportSize({ width, height: 900 });
		await openLesson(page);
		const cell = new Cell(page, 1);
		await cell.write(`print("${'long '.repeat(60)}")\nlist(range(200))`);
		await cell.run();
		await cell.explain();
		const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		expect(overflow).toBeLessThanOrEqual(0);
	});
}

test('the keyboard alone runs a cell, goes to the next, and leaves the editor', async ({ page }) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.code.focus();
	await page.keyboard.press('Shift+Enter');
	await expect(two.code).toBeFocused();
	await one.ended();
	await expect(one.root.getByText(/^done in/)).toBeVisible();
	await page.keyboard.press('Escape');
	await page.keyboard.press('Tab');
	await expect(two.button('Run cell')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(two.root.getByText(/^done in/)).toBeVisible();
});

test('the chosen theme stays after a reload', async ({ page }) => {
	await page.goto('/');
	const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
	const light = await paper();
	await page.getByRole('button', { name: /Theme/ }).click();
	await expect.poll(paper).not.toBe(light);
	const dark = await paper();
	await page.reload();
	expect(await paper()).toBe(dark);
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });
	test('a lesson can be read', async ({ page }) => {
		await page.goto('/lessons/first-functions');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expect(page.locator('pre').filter({ hasText: 'def ' }).first()).toBeVisible();
	});
});
