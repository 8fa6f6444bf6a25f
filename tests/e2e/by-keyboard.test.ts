import type { Locator, Page } from '@playwright/test';
import { Cell, expect, saved, test } from './lesson-page';

/** More than any two stops of a lesson's page lie apart. */
const manyStops = 150;

const isFocused = (target: Locator): Promise<boolean> =>
	target.evaluateAll((found) => found.some((element) => element === document.activeElement));
/** Tab indents in the code: Escape leaves it, as the help of the editor says. */
async function tab(page: Page): Promise<void> {
	if (await isFocused(page.locator('[data-code] :focus'))) await page.keyboard.press('Escape');
	await page.keyboard.press('Tab');
}
/** Goes there by Tab alone, as somebody does who cannot point. */
async function tabTo(page: Page, target: Locator): Promise<void> {
	for (let stop = 0; stop < manyStops; stop++) {
		if (await isFocused(target)) return;
		await tab(page);
	}
	throw new Error(`Tab does not lead to ${String(target)}.`);
}
async function press(page: Page, target: Locator): Promise<void> {
	await tabTo(page, target);
	await page.keyboard.press('Enter');
}
/** What was pressed may go; whoever cannot see where they are must not be sent to the top of the page. */
const expectFocusIn = (place: Locator): Promise<void> =>
	expect(place.locator(':focus').or(place.and(place.page().locator(':focus')))).toHaveCount(1);

async function rewrite(page: Page, code: string): Promise<void> {
	await page.keyboard.press('ControlOrMeta+a');
	await page.keyboard.insertText(code);
}

test('from the course to the next lesson by the keyboard alone', async ({ page }) => {
	test.setTimeout(240_000);
	await page.goto('/');
	await press(page, page.getByRole('link', { name: /^(?:\d+\W*)?Values and names/ }));
	await expect(page.getByRole('heading', { level: 1, name: 'Values and names' })).toBeVisible();
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	const cell = new Cell(page, 1);
	const { explanation } = cell;

	await test.step('predict', async () => {
		await tabTo(page, cell.root.getByRole('textbox', { name: 'What will appear' }));
		await page.keyboard.type('5');
		await page.keyboard.press('Tab');
		await page.keyboard.press('ArrowDown');
		await expect(cell.root.getByRole('radio', { name: 'Fairly sure' })).toBeFocused();
		await press(page, cell.button('Run and compare'));
		await expect(cell.root.getByText('Not what you expected', { exact: false })).toBeVisible();
		await expectFocusIn(cell.root);
	});

	const double =
		'def double(numbers):\n    result = []\n    for n in numbers:\n        result.append(n * 2)\n    return result\n\ndouble([1, 2])';
	await test.step('write and run', async () => {
		await page.keyboard.press('Escape');
		for (let turn = 0; turn < 3 && !(await isFocused(cell.code)); turn++) {
			if (await isFocused(cell.root.getByRole('group', { name: 'Keys for cell 1' })))
				await page.keyboard.press('Enter');
			else await page.keyboard.press('Shift+Tab');
		}
		await expect(cell.code).toBeFocused();
		for (const code of ['first = "kept"', double]) {
			const kept = saved(page, /\/drafts\//);
			await rewrite(page, code);
			await page.keyboard.press('ControlOrMeta+Enter');
			await expect(cell.root.getByText(/^done in/)).toBeVisible();
			await kept;
		}
		await expect(cell.output).toContainText('[2, 4]');
	});

	await test.step('explain, and step through it', async () => {
		await page.keyboard.press('Escape');
		await page.keyboard.press('Tab');
		await expect(cell.button('Run cell')).toBeFocused();
		const complete = saved(page, /\/events$/, 'POST');
		await press(page, cell.button('Explain'));
		await expect(explanation.getByText(/confirmed by running your code/)).toBeVisible({ timeout: 60_000 });
		await complete;
		const steps = explanation.getByRole('button', { name: /^lines? \d/ });
		expect(await steps.count()).toBeGreaterThan(1);
		for (const step of await steps.all()) {
			await tabTo(page, step);
			// What it speaks of is lit, as under the mouse.
			await expect(cell.root.locator('.procoder-lit').first()).toBeVisible();
		}
		const claims = explanation
			.getByRole('listitem')
			.filter({ has: page.getByRole('button', { name: 'Run this' }) });
		expect(await claims.count()).toBeGreaterThan(1);
		for (const claim of await claims.all()) {
			await tabTo(page, claim.getByRole('button', { name: 'Run this' }));
			await expect(claim).toContainText(/confirmed|contradicted|raised instead|varies|not checked/);
		}
		await tabTo(page, explanation.getByRole('textbox', { name: 'Try a call' }));
		await page.keyboard.type('double([7])');
		await page.keyboard.press('Enter');
		await expect(explanation.getByRole('log', { name: 'Calls that you tried' })).toContainText('[14]');
	});

	await test.step('rate', async () => {
		const helpful = explanation.getByRole('button', { name: 'Helpful', exact: true });
		const rated = saved(page, /\/rating$/);
		await press(page, helpful);
		await rated;
		await expect(helpful).toHaveAttribute('aria-pressed', 'true');
		await expectFocusIn(explanation);
	});

	await test.step('earlier versions', async () => {
		// Back to the cell, which stands before its explanation.
		for (let stop = 0; stop < manyStops && !(await isFocused(cell.button('More about this cell'))); stop++)
			await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Enter');
		await press(page, cell.button('Earlier versions'));
		const dialog = page.getByRole('dialog', { name: 'Earlier versions of cell' });
		await expect(dialog.locator('pre')).toHaveText('first = "kept"');
		await press(page, dialog.getByRole('button', { name: 'Use this version' }));
		await expect(dialog).toBeHidden();
		await expect(cell.code).toHaveText('first = "kept"');
		await expect(cell.code).toBeFocused();
	});

	await test.step('reset, and undo', async () => {
		await press(page, cell.button('Reset cell'));
		await expect(cell.code).toContainText('wait = 5');
		await expectFocusIn(cell.root);
		await press(page, cell.button('Undo'));
		await expect(cell.code).toHaveText('first = "kept"');
		await expectFocusIn(cell.root);
	});

	await test.step('the next lesson', async () => {
		const links = page.getByRole('navigation', { name: 'Previous and next lesson' });
		await expect(links.getByRole('link')).toHaveCount(1);
		const next = links.getByRole('link', { name: /^Next lesson/ });
		const title = (await next.innerText()).split('\n').at(-1)!;
		await press(page, next);
		await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
		await expect(links.getByRole('link', { name: 'Previous lesson Values and names' })).toBeVisible();
		await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	});
});
