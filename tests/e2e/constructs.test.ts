import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import { Cell, expect, expectAccessible, expectAccessibleEverywhere, test } from './lesson-page';

let server: BuiltServer;
let dataDir: string;
test.beforeAll(async () => {
	dataDir = mkdtempSync(path.join(tmpdir(), 'procoder-constructs-'));
	const lessons = path.join(import.meta.dirname, 'lessons');
	server = await startBuiltServer(dataDir, { LESSONS_DIR: lessons });
});
test.afterAll(async () => {
	server.child.kill('SIGTERM');
	await server.gone;
	rmSync(dataDir, { recursive: true, force: true });
});

const goto = (page: Page) => page.goto(`${server.address}/lessons/every-construct`);
async function open(page: Page): Promise<Cell> {
	await goto(page);
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	return new Cell(page, 1);
}
const answer = (page: Page) => page.getByText('The cell prints six');
const waits = (page: Page) => page.getByText('shown once you have predicted or run the cell above');

test.describe('what follows a cell that is to be predicted', () => {
	test('waits for the prediction, and is there after a reload', async ({ page }) => {
		const fares = await open(page);
		await expect(waits(page)).toBeVisible();
		await expect(answer(page)).toBeHidden();
		await expect(page.getByRole('img', { name: 'An arrow from one dot to another' })).toBeHidden();
		await expect(page.getByRole('heading', { name: 'A table and a formula' })).toBeVisible();
		await fares.root.getByRole('textbox', { name: 'What will appear' }).fill('33');
		await fares.button('Run and compare').click();
		await expect(fares.root.getByText('Not what you expected')).toBeVisible();
		await expect(answer(page)).toBeVisible();
		await expect(waits(page)).toBeHidden();
		await page.reload();
		await expect(answer(page)).toBeVisible();
		await expect(waits(page)).toBeHidden();
	});

	test('is shown to who wants no guess, by the keyboard too, and on paper', async ({ page }) => {
		const fares = await open(page);
		await page.emulateMedia({ media: 'print' });
		await expect(answer(page)).toBeVisible();
		await expect(waits(page)).toBeHidden();
		await page.emulateMedia({ media: 'screen' });
		await expect(answer(page)).toBeHidden();
		const show = page.getByRole('button', { name: 'Show it now' });
		await show.focus();
		await page.keyboard.press('Enter');
		await expect(answer(page)).toBeVisible();
		await expect(show).toHaveCount(0);
		// The reader goes on from here, not from the top of the page.
		const focused = page.locator(':focus');
		await expect(focused).toContainText('The cell prints six');

		await page.reload();
		await expect(answer(page)).toBeHidden();
		await fares.button('Run without a guess').click();
		await expect(answer(page)).toBeVisible();
	});

	test.describe('without JavaScript', () => {
		test.use({ javaScriptEnabled: false });
		test('is simply there', async ({ page }) => {
			await goto(page);
			await expect(answer(page)).toBeVisible();
			await expect(waits(page)).toBeHidden();
		});
	});
});

test('everything that a lesson can hold, opened and answered, is accessible in both themes and fits a phone', async ({
	page
}) => {
	test.setTimeout(180_000);
	const fares = await open(page);
	await expectAccessible(page);
	await fares.root.getByRole('textbox', { name: 'What will appear' }).fill('33');
	await fares.button('Run and compare').click();
	const gaps = new Cell(page, 2).root.getByRole('textbox', { name: /^Blank/ });
	await gaps.first().fill('fare');
	await gaps.last().fill('total');
	await gaps.last().press('Enter');
	await expect(new Cell(page, 2).output).toContainText('4.5');
	await new Cell(page, 3).run();
	await expect(new Cell(page, 3).root.getByText('failed on line 1')).toBeVisible();

	for (const option of ['4', '"31"']) await page.getByRole('button', { name: option, exact: true }).click();
	await expect(page.getByText('Not this one.')).toBeVisible();
	await page.getByRole('checkbox', { name: '"3"' }).click();
	await page.getByRole('button', { name: 'Check', exact: true }).first().click();
	await expect(page.getByText('One more answer is right.')).toBeVisible();
	await page.getByText('For those who want more').click();

	const group = new Cell(page, 4);
	for (const name of ['Hint', 'Hint', 'Solution', 'Show it']) await group.button(name).click();
	await expect(group.root.getByText('Each person pays a fare.')).toBeVisible();
	const result = group.root.getByRole('region', { name: 'Result of the check' });
	await group.button('Check').click();
	await expect(result).toContainText('group_pays(2)');
	await expectAccessibleEverywhere(page);
});
