import AxeBuilder from '@axe-core/playwright';
import { Cell, expect, openLesson, test } from './lesson-page';

for (const colorScheme of ['light', 'dark'] as const) {
	test(`who asks for more contrast reads everything at 7 : 1, ${colorScheme}`, async ({ page }) => {
		await page.emulateMedia({ contrast: 'more', colorScheme });
		await openLesson(page);
		const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
		await one.explain();
		await two.write('# twice\nprice = "20" * 2 + 5');
		await two.run();
		await expect(two.output).toContainText('TypeError');
		const { violations, passes } = await new AxeBuilder({ page })
			.withRules(['color-contrast-enhanced'])
			.exclude('iframe')
			.analyze();
		expect(violations.flatMap(({ nodes }) => nodes.map(({ html }) => html))).toEqual([]);
		expect(passes.flatMap(({ nodes }) => nodes).length).toBeGreaterThan(50);
	});
}

test('where the system chooses the colours, one sees which cell has the focus and which lines a step is about', async ({
	page
}) => {
	await page.emulateMedia({ forcedColors: 'active' });
	await openLesson(page);
	const cell = new Cell(page, 1);
	const frame = cell.root.locator('.cell > div').first();
	const outline = () => frame.evaluate((it) => getComputedStyle(it).outlineStyle);
	expect(await outline()).toBe('none');
	await cell.code.click();
	expect(await outline()).toBe('solid');
	await cell.explain();
	await cell.explanation.getByRole('button', { name: 'line 2' }).focus();
	const line = cell.root.locator('.cm-line').nth(1);
	await expect(line).toHaveCSS('outline-style', 'solid');
	await expect(cell.root.locator('.cm-line').first()).toHaveCSS('outline-style', 'none');
});
