import { Cell, expect, expectAccessible, saved, test } from './lesson-page';
import type { Page } from '@playwright/test';

async function openPlay(page: Page): Promise<void> {
	await page.goto('/play');
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
}
const cells = (page: Page) => page.getByRole('group', { name: /^Cell \d+$/ });
const listed = (page: Page) => saved(page, /\/play\/drafts\/order$/);
const frame = (page: Page, number: number) =>
	page.getByRole('group', { name: `Keys for cell ${number}`, exact: true });

test('an empty page: cells are added, run, moved, explained and removed, and are there after a reload', async ({
	page
}) => {
	await page.goto('/');
	await page.getByRole('link', { name: 'Try your own code in the playground' }).click();
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];
	await expect(cells(page)).toHaveCount(1);
	await one.write('def double(number):\n    return number * 2');
	await one.run();
	await page.getByRole('button', { name: 'Add cell', exact: true }).click();
	await expect(two.code).toBeFocused();
	await page.keyboard.insertText('double(21)');
	await two.run();
	await expect(two.output).toContainText('42');
	await one.explain();
	await expect(one.button('Reset cell')).toBeHidden();

	const list = listed(page);
	await two.button('More about this cell').click();
	await page.getByRole('button', { name: 'Move up' }).click();
	await list;
	await expect(one.code).toContainText('double(21)');
	await expect(frame(page, 1)).toBeFocused();
	const third = saved(page, /\/play\/drafts\/own-/);
	await one.button('More about this cell').click();
	await page.getByRole('button', { name: 'Add cell below' }).click();
	await expect(two.code).toBeFocused();
	await page.keyboard.insertText('extra = 1');
	await third;
	await expectAccessible(page);
	await page.reload();
	await expect(cells(page)).toHaveCount(3);
	await expect(one.code).toContainText('double(21)');
	await expect(two.code).toContainText('extra = 1');
	await expect(three.code).toContainText('def double');
	await expect(three.explanation.getByText(/confirmed by running your code/)).toBeVisible();

	const shorter = listed(page);
	await two.button('More about this cell').click();
	await page.getByRole('button', { name: 'Remove cell' }).click();
	await shorter;
	await expect(cells(page)).toHaveCount(2);
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Bring it back' }).click();
	await expect(two.code).toContainText('extra = 1');
});

test('the keys of Jupyter: A and B add, D twice removes, Z brings back; letters in code are letters', async ({
	page
}) => {
	await openPlay(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('bad = 0');
	await page.keyboard.type('dd');
	await expect(one.code).toContainText('bad = 0dd');
	await page.keyboard.press('Escape');
	await page.keyboard.press('a');
	await expect(one.code).toBeFocused();
	await page.keyboard.insertText('above');
	await page.keyboard.press('Escape');
	await page.keyboard.press('b');
	await expect(two.code).toBeFocused();
	await expect(cells(page)).toHaveCount(3);
	await page.keyboard.press('Escape');
	await page.keyboard.press('d');
	await page.keyboard.press('j');
	await page.keyboard.press('d');
	await expect(cells(page)).toHaveCount(3);
	await page.keyboard.press('d');
	await expect(cells(page)).toHaveCount(2);
	await expect(frame(page, 2)).toBeFocused();
	await page.keyboard.press('z');
	await expect(cells(page)).toHaveCount(3);
	await expect(new Cell(page, 3).code).toContainText('bad = 0dd');
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Remove the cell');
});

test('a notebook and a script are opened as cells; another file is refused in words', async ({ page }) => {
	await openPlay(page);
	const choose = (name: string, text: string) =>
		page
			.locator('input[type=file]')
			.setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
	const source = (code: string) => ({ cell_type: 'code', source: [code], outputs: [], metadata: {} });
	const notebook = { cells: [{ cell_type: 'markdown', source: 'Hi' }, source('a = 1'), source('a + 1')] };
	await choose('mine.ipynb', JSON.stringify({ ...notebook, nbformat: 4, nbformat_minor: 5, metadata: {} }));
	await expect(page.getByText('2 cells were added. One cell of text was left out.')).toBeVisible();
	await expect(cells(page)).toHaveCount(2);
	await choose('more.py', 'b = 3\nprint(b)\n');
	await expect(cells(page)).toHaveCount(3);
	await choose('broken.ipynb', '{');
	await expect(page.getByText(/^This is not a notebook that can be read/)).toBeVisible();
	await choose('photo.png', 'x');
	await expect(page.getByText(/^Only notebooks/)).toBeVisible();
	await expectAccessible(page);
	await page.getByRole('button', { name: 'Run all' }).click();
	await expect(new Cell(page, 3).output).toContainText('3');
	await expect(new Cell(page, 2).output).toContainText('2');
});

test.describe('while the server is away', () => {
	test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });
	test('cells that are added offline arrive when it is back', async ({ page, context }) => {
		await openPlay(page);
		await context.setOffline(true);
		await page.getByRole('button', { name: 'Add cell', exact: true }).click();
		await page.keyboard.insertText('offline = True');
		await expect(page.getByText(/^Not saved yet/)).toBeVisible();
		const [list, text] = [listed(page), saved(page, /\/play\/drafts\/own-/)];
		await context.setOffline(false);
		await Promise.all([list, text]);
		await page.reload();
		await expect(cells(page)).toHaveCount(2);
		await expect(new Cell(page, 2).code).toContainText('offline = True');
	});
});

test.describe('a list that was changed elsewhere', () => {
	test.use({ expectedErrors: [/409/] });
	test('two tabs: each has the other’s cells as soon as it changes the list, and nothing is lost', async ({
		page,
		context
	}) => {
		await openPlay(page);
		const first = listed(page);
		await page.getByRole('button', { name: 'Add cell', exact: true }).click();
		await first;
		const other = await context.newPage();
		await openPlay(other);
		const theirs = saved(other, /\/play\/drafts\/own-/);
		await other.getByRole('button', { name: 'Add cell', exact: true }).click();
		await other.keyboard.insertText('theirs = 1');
		await theirs;
		await expect(cells(page)).toHaveCount(2);
		const merged = listed(page);
		await page.getByRole('button', { name: 'Add cell', exact: true }).click();
		await page.keyboard.insertText('ours = 1');
		await merged;
		await expect(cells(page)).toHaveCount(4);
		await expect(
			page.getByRole('textbox', { name: 'Code', exact: true }).filter({ hasText: 'theirs = 1' })
		).toBeVisible();
		await expect(
			page.getByRole('textbox', { name: 'Code', exact: true }).filter({ hasText: 'ours = 1' })
		).toHaveCount(1);
	});
});

test('nothing of a prompt sticks out on a phone', async ({ page }) => {
	await page.setViewportSize({ width: 360, height: 740 });
	await openPlay(page);
	await new Cell(page, 1).button('More about this cell').click();
	await page.getByRole('button', { name: 'Remove cell' }).click();
	await expect(page.getByText('The cell was removed.')).toBeVisible();
	await expect(cells(page)).toHaveCount(0);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(overflow).toBeLessThanOrEqual(0);
	await page.getByRole('button', { name: 'Add cell', exact: true }).click();
	await expect(new Cell(page, 1).code).toBeFocused();
});
