import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import * as v from 'valibot';
import { Cell, expect, sharedLesson, test } from './lesson-page';

test.describe.configure({ mode: 'serial' });

const page = sharedLesson(async (opened) => {
	await opened.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});
const code =
	'def half(n):\n    if n == 0:\n        print("nothing")\n    return n / 2\n\ndef forever(n):\n    while True:\n        n += 1\n';

const clipboard = (): Promise<string> => page().evaluate(() => navigator.clipboard.readText());
/** An example or edge case of the explanation. */
const claims = ({ explanation }: Cell): Locator =>
	explanation.getByRole('listitem').filter({ has: page().getByRole('button', { name: 'Copy as assert' }) });
const scratchOf = ({ root }: Cell): Locator => root.getByRole('group', { name: /^Scratch cell/ });

async function explained(): Promise<Cell> {
	const cell = new Cell(page(), 1);
	await cell.write(code);
	await cell.explain();
	return cell;
}
async function tried(cell: Cell, call: string): Promise<Locator> {
	const field = cell.explanation.getByLabel('Try a call');
	await field.fill(call);
	await field.press('Enter');
	// The list is turned round, so that the newest stands first; in the page it is the last.
	const answers = cell.explanation.getByRole('log', { name: 'Calls that you tried' }).getByRole('listitem');
	const answer = answers.last();
	await expect(answer).toContainText(call);
	await expect(answer).not.toContainText('Running it', { timeout: 30_000 });
	return answer;
}

test('an explanation is copied as Markdown and as MDX, and says so', async () => {
	const cell = await explained();
	const { explanation } = cell;
	for (const [name, part] of [
		['Copy as Markdown', '## Step-by-Step Breakdown'],
		['Copy as MDX', '<ChainOfThought>']
	] as const) {
		await explanation.getByRole('button', { name: 'Copy this explanation' }).click();
		await explanation.getByRole('button', { name, exact: true }).click();
		await expect(explanation.getByText('Copied', { exact: true })).toBeVisible();
		expect(await clipboard()).toContain(part);
		await expect(explanation.getByText('Copied', { exact: true })).toBeHidden();
	}
	// Escape closes the menu, and the focus is where it was.
	const more = explanation.getByRole('button', { name: 'Copy this explanation' });
	await more.focus();
	await page().keyboard.press('Enter');
	await page().keyboard.press('Tab');
	await expect(explanation.getByRole('button', { name: 'Copy as Markdown' })).toBeFocused();
	await page().keyboard.press('Escape');
	await expect(explanation.getByRole('button', { name: 'Copy as Markdown' })).toBeHidden();
	await expect(more).toBeFocused();
});

test('a copied assert holds in a cell, and fails there when the code is made wrong', async () => {
	const cell = new Cell(page(), 1);
	const claim = claims(cell).first();
	await claim.getByRole('button', { name: 'Copy as assert' }).click();
	await expect(claim.getByText('Copied', { exact: true })).toBeVisible();
	const statement = await clipboard();
	expect(statement).toContain('assert ');

	const below = new Cell(page(), 2);
	await below.write(`${code}\n${statement}`);
	await below.run();
	await expect(below.root.getByText(/done in/)).toBeVisible();
	await below.write(`${code.replace('n / 2', 'n / 2 + 1')}\n${statement}`);
	await below.run();
	await expect(below.root.getByText('AssertionError').first()).toBeVisible();
});

test('a clipboard that refuses is told', async () => {
	const cell = new Cell(page(), 1);
	await page().evaluate(() => {
		navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
	});
	const claim = claims(cell).first();
	await claim.getByRole('button', { name: 'Copy as assert' }).click();
	await expect(claim.getByRole('status')).toContainText('nothing was copied');
});

test('an example is run in a scratch cell, after the cell that it speaks about', async () => {
	const cell = new Cell(page(), 1);
	const claim = claims(cell).filter({ hasText: 'half(' }).first();
	const call = (await claim.locator('code').first().textContent()) ?? '';
	await claim.getByRole('button', { name: 'Run this' }).click();
	const scratch = scratchOf(cell);
	await expect(scratch.getByText(/done in/)).toBeVisible({ timeout: 60_000 });
	await expect(scratch.getByRole('textbox', { name: 'Code' })).toContainText(call);
	await expect(scratch.getByRole('button', { name: 'Run again' })).toBeFocused();
	await expect(scratch.getByRole('region', { name: 'Output of the scratch cell' })).toContainText(/\d/);
	// The cell itself has run for it.
	await expect(cell.root.getByText(/done in/).first()).toBeVisible();

	await scratch.getByRole('textbox', { name: 'Code' }).click();
	await page().keyboard.press('ControlOrMeta+a');
	await page().keyboard.insertText('half("soup")');
	await page().keyboard.press('ControlOrMeta+Enter');
	await expect(scratch.getByText('TypeError').first()).toBeVisible();
	await scratch.getByRole('button', { name: 'Close' }).click();
	await expect(scratch).toBeHidden();
});

test('the bench answers calls that are typed: value, print, error, no plain call, no end', async () => {
	const cell = new Cell(page(), 1);
	await expect(await tried(cell, 'half(3)')).toContainText('1.5');
	const printing = await tried(cell, 'half(0)');
	await expect(printing).toContainText('0.0');
	await expect(printing).toContainText('nothing');
	await expect(await tried(cell, "half('soup')")).toContainText('raises TypeError');
	await expect(await tried(cell, 'half(1) + 1')).toContainText('Type one call with plain values');
	await expect(await tried(cell, 'quarter(1)')).toContainText('a name that the cell does not define');
	await expect(await tried(cell, 'forever(1)')).toContainText('It ran for too long');
	// Python is as it was, and what was asked can be had again.
	await expect(page().getByText('Python ready')).toBeVisible();
	const field = cell.explanation.getByLabel('Try a call');
	await field.fill('half(');
	await field.press('ArrowUp');
	await expect(field).toHaveValue('forever(1)');
	await field.press('ArrowUp');
	await expect(field).toHaveValue('quarter(1)');
	await field.press('ArrowDown');
	await field.press('ArrowDown');
	await expect(field).toHaveValue('half(');
	await field.fill('');
});

test('a step and its lines light each other, by pointer and by keyboard', async () => {
	const cell = new Cell(page(), 1);
	const line = cell.root.locator('.cm-line').filter({ hasText: 'return n / 2' });
	const step = cell.explanation
		.getByRole('listitem')
		.filter({ has: page().getByRole('button', { name: 'line 4', exact: true }) });
	await step.getByRole('button', { name: 'line 4', exact: true }).focus();
	await expect(line).toHaveClass(/procoder-lit/);
	await page().keyboard.press('Tab');
	await expect(line).not.toHaveClass(/procoder-lit/);
	await line.hover();
	await expect(step).toHaveClass(/bg-wash/);
	await page().mouse.move(0, 0);
	await expect(step).not.toHaveClass(/bg-wash/);
});

test('a cell is downloaded as Python, the lesson as a notebook', async () => {
	const cell = new Cell(page(), 1);
	const downloaded = async (press: Locator): Promise<{ name: string; text: string }> => {
		const [file] = await Promise.all([page().waitForEvent('download'), press.click()]);
		return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
	};
	await cell.button('More about this cell').click();
	const python = await downloaded(cell.button('Download as .py'));
	expect(python.name).toMatch(/\.py$/);
	expect(python.text.trim()).toBe(code.trim());

	await page().getByRole('button', { name: 'More about this page' }).click();
	const notebook = await downloaded(page().getByRole('button', { name: 'Download as a notebook (.ipynb)' }));
	expect(notebook.name).toBe('first-functions.ipynb');
	const Notebook = v.object({
		nbformat: v.literal(4),
		cells: v.array(v.object({ cell_type: v.string(), source: v.string() }))
	});
	const { cells } = v.parse(Notebook, JSON.parse(notebook.text));
	expect(cells.filter(({ cell_type }) => cell_type === 'code')[0]?.source.trim()).toBe(code.trim());
});

for (const theme of ['light', 'dark'] as const) {
	for (const width of [360, 1280]) {
		test(`axe finds nothing: ${theme}, ${width} px, with all of it open`, async () => {
			const cell = new Cell(page(), 1);
			await page().setViewportSize({ width, height: 900 });
			await page().emulateMedia({ colorScheme: theme });
			if (!(await scratchOf(cell).isVisible())) {
				await claims(cell).first().getByRole('button', { name: 'Run this' }).click();
				await expect(scratchOf(cell).getByText(/done in/)).toBeVisible({ timeout: 60_000 });
			}
			const more = cell.explanation.getByRole('button', { name: 'Copy this explanation' });
			await more.click();
			await expect(cell.explanation.getByRole('button', { name: 'Copy as MDX' })).toBeVisible();
			// The lesson's other cells are not of this test: where their code is too wide, axe takes the editor for unreachable.
			const { violations } = await new AxeBuilder({ page: page() })
				.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
				.include('section[aria-label="Explanation"]')
				.include('[role="group"][aria-label^="Scratch cell"]')
				.analyze();
			expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) }))).toEqual([]);
			await page().keyboard.press('Escape');
			const overflow = await page().evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth
			);
			expect(overflow, 'nothing is wider than the page').toBeLessThanOrEqual(0);
		});
	}
}
