import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import * as v from 'valibot';
import { MyDataExport } from '$lib/domain/my-data';
import {
	Cell,
	expect,
	expectAccessible,
	expectAccessibleEverywhere,
	openLesson,
	saved,
	test
} from './lesson-page';

/** The first cell of the lesson, with a stored explanation. */
async function explained(page: Page): Promise<Cell> {
	await openLesson(page);
	const cell = new Cell(page, 1);
	const complete = saved(page, /\/events$/, 'POST');
	await cell.explain();
	await complete;
	await expect(cell.button('Helpful')).toBeEnabled();
	return cell;
}

const question = /^May your work help/;

test('what is said of an explanation is all there after a reload, and can be changed and taken back', async ({
	page
}) => {
	test.setTimeout(240_000);
	const cell = await explained(page);
	const card = cell.explanation;
	await expect(page.getByRole('heading', { name: question }), 'not asked before a rating').toHaveCount(0);
	await cell.button('Not helpful').click();
	await expect(card.getByText(/^Thank you\. Ratings show where/)).toBeVisible();
	await expect(card.getByRole('heading', { name: question })).toBeVisible();

	// By the keyboard alone, from the first reason on.
	await card.getByRole('checkbox', { name: 'Wrong' }).focus();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	await expect(card.getByRole('checkbox', { name: 'Unclear' })).toBeChecked();
	const steps = card.getByRole('radiogroup', { name: 'Steps' });
	await steps.getByRole('radio').first().focus();
	await page.keyboard.press('Space');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await expect(steps.getByRole('radio', { name: '3 of 5, fair' })).toBeChecked();
	const purpose = card.getByRole('radiogroup', { name: 'Purpose' });
	await purpose.getByText('5 of 5, great').click({ force: true });
	await card.getByRole('button', { name: 'Clear the stars for Purpose' }).click();
	await expect(purpose.getByRole('radio', { checked: true })).toHaveCount(0);
	await expect(purpose.getByRole('radio').first()).toBeFocused();
	const comment = card.getByRole('textbox', { name: /^Anything else/ });
	await comment.fill('x'.repeat(3_990));
	await expect(card.getByText('10 more characters fit').first()).toBeVisible();
	await expectAccessibleEverywhere(page, 'section[aria-label="Explanation"]');
	await comment.fill('What is n?\nAnd why?');
	const kept = saved(page, /\/rating$/);
	await card.getByRole('button', { name: 'Save' }).click();
	await kept;
	await expect(card.getByRole('button', { name: 'Change' })).toBeFocused();
	await expectAccessible(page);

	await page.reload();
	await expect(cell.button('Not helpful')).toHaveAttribute('aria-pressed', 'true');
	await expect(card.getByText('You said: Unclear, Steps 3 of 5')).toBeVisible();
	await expect(card.getByText('What is n? And why?')).toBeVisible();
	await card.getByRole('button', { name: 'Change' }).click();
	await expect(card.getByRole('checkbox', { name: 'Unclear' })).toBeChecked();
	await expect(steps.getByRole('radio', { name: '3 of 5, fair' })).toBeChecked();
	await expect(comment).toHaveValue('What is n?\nAnd why?');

	// The reasons belong to "not helpful"; the rest stays.
	const changed = saved(page, /\/rating$/);
	await cell.button('Helpful').click();
	await changed;
	await expect(card.getByRole('checkbox')).toHaveCount(0);
	await expect(comment).toHaveValue('What is n?\nAnd why?');
	const undone = saved(page, /\/rating$/, 'DELETE');
	await card.getByRole('button', { name: 'Undo rating' }).click();
	await undone;
	await expect(card.getByText('Your rating was taken back.')).toBeVisible();
	await expect(cell.button('Helpful')).toBeFocused();
	await page.reload();
	await expect(cell.button('Helpful')).toHaveAttribute('aria-pressed', 'false');
	await expect(card.getByText('You said')).toHaveCount(0);
});

test.describe('without a server for a while', () => {
	test.use({ expectedErrors: [/ERR_FAILED/] });
	test('a rating with all its details arrives later', async ({ page, context }) => {
		test.setTimeout(150_000);
		const cell = await explained(page);
		const card = cell.explanation;
		await context.route('**/api/v1/**', (route) => route.abort());
		await cell.button('Not helpful').click();
		await card.getByText('Too long', { exact: true }).click();
		await card.getByRole('textbox', { name: /^Anything else/ }).fill('Written offline');
		await card.getByRole('button', { name: 'Save' }).click();
		await expect(card.getByText(/is kept in this browser until the server answers/)).toBeVisible();
		await page.close();

		await context.unroute('**/api/v1/**');
		const next = await context.newPage();
		const arrived = saved(next, /\/work$/, 'GET');
		await next.goto('/lessons/first-functions');
		await arrived;
		await expect(new Cell(next, 1).explanation.getByText('You said: Too long')).toBeVisible();
		await expect(new Cell(next, 1).explanation.getByText('Written offline')).toBeVisible();
	});
});

test('consent is asked once, and "My data" shows, changes, hands out and deletes', async ({ page }) => {
	test.setTimeout(180_000);
	const cell = await explained(page);
	const card = cell.explanation;
	await cell.button('Helpful').click();
	const answered = saved(page, /\/me\/consent$/);
	await card.getByRole('button', { name: 'No', exact: true }).click();
	await answered;
	const link = card.getByRole('link', { name: 'My data' });
	await expect(link).toBeFocused();

	await page.reload();
	const again = saved(page, /\/me\/consent$/, 'GET');
	await cell.button('Not helpful').click();
	await again;
	await expect(card.getByText(/^Thank you/)).toBeVisible();
	await expect(card.getByRole('heading', { name: question })).toHaveCount(0);
	await page.evaluate(() => {
		localStorage.setItem('procoder.theme', '"light"');
		localStorage.setItem('procoder.draft.another.cell.tab', '{}');
	});

	await page.getByRole('banner').getByRole('link', { name: 'My data' }).click();
	const stored = page.getByRole('region', { name: 'What is stored' });
	await expect(stored.getByText(/^1\s*rating$/)).toBeVisible();
	await expect(page.getByText(/^You said no on/)).toBeVisible();
	const consent = page.getByRole('switch', { name: 'My work may be used for training' });
	await expect(consent).not.toBeChecked();
	await consent.press('Space');
	await expect(consent).toBeChecked();
	await expect(page.getByText(/^You agreed on/)).toBeVisible();
	await page.reload();
	await expect(consent).toBeChecked();

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download my data' }).click();
	const file = await (await download).path();
	const data = v.parse(MyDataExport, JSON.parse(await readFile(file, 'utf8')));
	expect(data.learner.consent).toMatchObject({ state: 'given', wording: 'training/1' });
	expect(data.ratings).toMatchObject([{ value: 'not-helpful' }]);

	await page.getByRole('button', { name: 'Delete all my data' }).click();
	const sure = page.getByRole('group', { name: 'Delete all of this?' });
	await expect(sure).toBeFocused();
	await expect(sure.getByText(/1 explanation, 1 rating/)).toBeVisible();
	await expectAccessibleEverywhere(page);
	await sure.getByRole('button', { name: 'Keep it' }).click();
	await expect(page.getByRole('button', { name: 'Delete all my data' })).toBeFocused();
	await page.getByRole('button', { name: 'Delete all my data' }).click();
	await sure.getByRole('button', { name: 'Delete it all' }).click();
	const erased = page.getByRole('heading', { level: 1, name: 'Everything is deleted' });
	await expect(erased).toBeFocused();
	await expectAccessible(page);
	expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['procoder.theme']);

	await page.reload();
	await expect(page.getByText(/^Nothing is stored on the server yet/)).toBeVisible();
	await expectAccessibleEverywhere(page);
	await openLesson(page);
	await expect(cell.button('Helpful')).toHaveCount(0);
});

test.describe('"My data" without a server', () => {
	test.use({ expectedErrors: [/ERR_FAILED/] });
	test('says so, deletes nothing, and asks again', async ({ page }) => {
		const release = Promise.withResolvers<undefined>();
		await page.route('**/api/v1/me', async (route) => {
			await release.promise;
			await route.abort();
		});
		await page.goto('/my-data');
		await expect(page.getByText('Asking the server')).toBeVisible();
		await expectAccessible(page);
		release.resolve(undefined);
		await expect(page.getByText(/^What is stored cannot be shown/)).toBeVisible();
		await expectAccessibleEverywhere(page);

		await page.unroute('**/api/v1/me');
		await page.getByRole('button', { name: 'Try again' }).click();
		await expect(page.getByRole('region', { name: 'What is stored' })).toBeVisible();
		await page.evaluate(() => localStorage.setItem('procoder.draft.first.a.tab', '{}'));
		await page.route('**/api/v1/me', (route) => route.abort());
		await page.getByRole('button', { name: 'Delete all my data' }).click();
		await page.getByRole('button', { name: 'Delete it all' }).click();
		await expect(page.getByText(/^Nothing was deleted: the server does not answer/)).toBeVisible();
		expect(await page.evaluate(() => Object.keys(localStorage))).toContain('procoder.draft.first.a.tab');
	});
});
