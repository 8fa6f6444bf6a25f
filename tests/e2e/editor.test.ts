import type { Locator, Page } from '@playwright/test';
import { Cell, expect, expectAccessible, openLesson, sharedLesson, test } from './lesson-page';

/** The text of the editor, line by line, without what it shows beneath them. */
const lines = (cell: Cell): Promise<string[]> => cell.code.locator('.cm-line').allTextContents();
const expectCode = async (cell: Cell, code: string): Promise<void> =>
	expect.poll(async () => (await lines(cell)).join('\n')).toBe(code);

const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Completions' });
const option = (page: Page, name: string): Locator => list(page).getByRole('option', { name });
const failure = (cell: Cell): Locator => cell.code.locator('.procoder-failure');

/** Key by key, as a person does: what is typed is what the editor makes something of. */
async function type(cell: Cell, text: string): Promise<void> {
	await cell.write('');
	await cell.code.pressSequentially(text);
}

test.describe('by keyboard', () => {
	const lesson = sharedLesson();

	test('blocks are indented, brackets and quotation marks closed, and Backspace takes a level', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await type(cell, 'def f(a):\nreturn "b"\nx = [1, (2)]');
		await expectCode(cell, 'def f(a):\n    return "b"\nx = [1, (2)]');
		await type(cell, 'if x:\n');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await expectCode(cell, `if x:\n${' '.repeat(12)}`);
		await page.keyboard.press('Backspace');
		await page.keyboard.press('Shift+Tab');
		await expectCode(cell, 'if x:\n    ');
		await page.keyboard.type('y');
		await page.keyboard.press('Control+/');
		await expectCode(cell, 'if x:\n    # y');
	});

	test('Escape and then Tab leave it, however late, and coming back Tab indents again', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await type(cell, 'x');
		await expect(cell.code).toHaveAccessibleDescription(/press Escape, then Tab/);
		await page.keyboard.press('Escape');
		// CodeMirror itself forgets Escape after two seconds.
		await page.waitForTimeout(2_300);
		await page.keyboard.press('Tab');
		await expect(cell.button('Run cell')).toBeFocused();
		await page.keyboard.press('Shift+Tab');
		await expect(cell.code).toBeFocused();
		await page.keyboard.press('Tab');
		await expectCode(cell, 'x   ');
	});

	test('undo goes back over runs, and over a reset in one step', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		const starter = (await lines(cell)).join('\n');
		await type(cell, 'first = 1');
		await page.keyboard.press('Control+Enter');
		await cell.ended();
		await cell.code.press('End');
		await page.keyboard.type('0');
		await page.keyboard.press('Control+Enter');
		await cell.ended();
		await cell.button('Reset cell').click();
		await expect(cell.button('Reset cell')).toHaveCount(0);
		await expect(cell.code).toBeFocused();
		await page.keyboard.press('Control+z');
		await expectCode(cell, 'first = 10');
		await page.keyboard.press('Control+z');
		await expectCode(cell, 'first = 1');
		await page.keyboard.press('Control+y');
		await expectCode(cell, 'first = 10');
		expect(starter).not.toBe('');
	});

	test('the failed line has its message beneath it, until it is changed', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write('a = 1\nb = nothing\nc = 2');
		await cell.run();
		await expect(failure(cell)).toHaveText(/^NameError: name 'nothing' is not defined/);
		await expect(cell.code.locator('.procoder-failed')).toHaveText('b = nothing');
		await expect(cell.code).toHaveAccessibleDescription(/Line 2: NameError/);
		await expectAccessible(page);
		await cell.code.press('Control+Home');
		await page.keyboard.press('Enter');
		await expect(cell.code.locator('.procoder-failed')).toHaveText('b = nothing');
		await cell.code.press('Control+End');
		await page.keyboard.press('ArrowUp');
		await page.keyboard.type('!');
		await expect(failure(cell)).toHaveCount(0);
		await expect(cell.code).not.toHaveAccessibleDescription(/NameError/);
		// The very code that failed is back, and so is what is known of it.
		await page.keyboard.press('Control+z');
		await page.keyboard.press('Control+z');
		await expect(failure(cell)).toHaveText(/^NameError/);
		await cell.write('a = 1');
		await cell.run();
		await expect(failure(cell)).toHaveCount(0);
	});

	test('a list that opens by itself takes nothing but Tab and the arrows', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await type(cell, 'p');
		await page.waitForTimeout(300);
		await expect(list(page)).toHaveCount(0);
		await page.keyboard.type('ri');
		await expect(option(page, 'print')).toBeVisible();
		await expect(list(page).locator('[aria-selected]')).toHaveCount(0);
		await page.keyboard.press('Enter');
		await expectCode(cell, 'pri\n');
		await page.keyboard.type('pri');
		await expect(option(page, 'print')).toBeVisible();
		// A list takes no key in its first moment.
		await page.waitForTimeout(100);
		await page.keyboard.press('Tab');
		await expectCode(cell, 'pri\nprint');
		await page.keyboard.type('\nwhi');
		await expect(option(page, 'while')).toBeVisible();
		await page.waitForTimeout(100);
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await expectCode(cell, 'pri\nprint\nwhile');
	});

	test('Control and Space ask for a list, in which Enter takes; Escape closes it before anything else', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await type(cell, 'width = 3\n');
		await page.keyboard.press('Control+Space');
		await expect(list(page).locator('[aria-selected]')).toHaveCount(1);
		await page.keyboard.press('Escape');
		await expect(list(page)).toHaveCount(0);
		await page.keyboard.press('Tab');
		await expectCode(cell, 'width = 3\n    ');
		await page.keyboard.type('wid');
		await page.keyboard.press('Control+Space');
		await expect(list(page).locator('[aria-selected]')).toContainText('width');
		// Without scrolling: axe wants Tab to reach what scrolls, and knows lists that arrows walk through in comboboxes only.
		await expectAccessible(page);
		await page.waitForTimeout(100);
		await page.keyboard.press('Enter');
		await expectCode(cell, 'width = 3\n    width');
	});

	test('names of the cells above, and attributes of values that live, without running a line for it', async () => {
		const page = lesson();
		const first = new Cell(page, 1);
		const second = new Cell(page, 2);
		await first.write(
			'class Pet:\n    def __dir__(self):\n        print("dir")\n        return []\n    def feed(self, food, often=2):\n        pass\n    @property\n    def age(self):\n        print("asked")\nmy_pet = Pet()\nmy_text = "abc"'
		);
		await first.run();
		await type(second, 'my_');
		await expect(option(page, 'my_pet')).toBeVisible();
		await page.keyboard.press('Escape');
		await page.keyboard.type('pet.');
		await expect(option(page, 'feed')).toContainText('(food, often=2)');
		await expect(option(page, 'age')).toBeVisible();
		await page.keyboard.press('Escape');
		await type(second, 'my_text.upp');
		await expect(option(page, 'upper').first()).toHaveText('upper()');
		await page.waitForTimeout(100);
		await page.keyboard.press('Tab');
		await expectCode(second, 'my_text.upper');
		await first.write('print("after")');
		await first.run();
		await expect(first.output).toContainText('after');
		await expect(first.output).not.toContainText(/dir|asked/);
	});

	test('while Python works, typing goes on without what it knows', async () => {
		const page = lesson();
		const first = new Cell(page, 1);
		const second = new Cell(page, 2);
		await first.write('import time\nword = "a"\ntime.sleep(60)');
		await first.button('Run cell').click();
		await expect(first.button('Stop')).toBeVisible();
		await type(second, 'word.');
		await page.waitForTimeout(600);
		await expect(list(page)).toHaveCount(0);
		await type(second, 'wor');
		await expect(option(page, 'word')).toBeVisible();
		await page.keyboard.press('Escape');
		await first.button('Stop').click();
		await first.ended();
	});
});

test.describe('by touch', () => {
	test.use({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });

	test('a row of keys stands at the bottom while the editor has the focus', async ({ page }) => {
		await openLesson(page);
		const cell = new Cell(page, 1);
		const row = page.getByRole('group', { name: 'Keys for code' });
		await expect(row).toHaveCount(0);
		await cell.write('printname');
		await expect(row).toBeVisible();
		for (const key of await row.getByRole('button').all()) {
			const box = await key.boundingBox();
			expect(box?.width).toBeGreaterThanOrEqual(44);
			expect(box?.height).toBeGreaterThanOrEqual(44);
		}
		const box = await row.boundingBox();
		expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(640);
		expect(await row.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
		await expectAccessible(page);

		await cell.code.press('End');
		for (let letter = 0; letter < 4; letter++) await cell.code.press('Shift+ArrowLeft');
		await row.getByRole('button', { name: 'Parenthesis' }).tap();
		await expectCode(cell, 'print(name)');
		await expect(cell.code).toBeFocused();
		await row.getByRole('button', { name: 'Quotation mark' }).tap();
		await expectCode(cell, 'print("name")');
		await row.getByRole('button', { name: 'Indent', exact: true }).tap();
		await expectCode(cell, '    print("name")');
		await row.getByRole('button', { name: 'Indent less' }).tap();
		await expectCode(cell, 'print("name")');
		await cell.code.press('End');
		for (const key of ['Colon', 'Underscore', 'Equals sign', 'Square bracket'])
			await row.getByRole('button', { name: key }).tap();
		await expectCode(cell, 'print("name"):_=[]');
		await row.getByRole('button', { name: 'Undo' }).tap();
		await expect(cell.code).toBeFocused();
		expect((await lines(cell)).join('\n')).not.toBe('print("name"):_=[]');

		await type(cell, 'pri');
		const shown = await option(page, 'print').boundingBox();
		expect(shown?.y).toBeGreaterThan(0);
		expect((shown?.y ?? 0) + (shown?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0);
		await page.waitForTimeout(100);
		await option(page, 'print').tap();
		await expectCode(cell, 'print');

		await cell.button('Run cell').tap();
		await expect(row).toHaveCount(0);
	});

	test('a line at the end of the window is not under the keys', async ({ page }) => {
		await openLesson(page);
		const cell = new Cell(page, 1);
		await cell.write(Array.from({ length: 60 }, (_, line) => `line${line} = ${line}`).join('\n'));
		await cell.code.press('Control+End');
		await page.keyboard.type('x');
		const row = await page.getByRole('group', { name: 'Keys for code' }).boundingBox();
		const last = await cell.code.locator('.cm-line').last().boundingBox();
		expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(row?.y ?? 0);
	});
});

test('with a mouse there is no such row', async ({ page }) => {
	await openLesson(page);
	await new Cell(page, 1).code.click();
	await expect(page.getByRole('group', { name: 'Keys for code' })).toHaveCount(0);
});

test.describe('without the editor', () => {
	test.use({ expectedErrors: [/Failed to load resource/] });

	test('the code can be read and run, and the editor be asked for again', async ({ page }) => {
		let isBlocked = true;
		await page.route(/\/_app\/immutable\/.*\.js$/, async (route) => {
			const response = await route.fetch();
			// The editor's chunk is the one that CodeMirror is in.
			if (isBlocked && (await response.text()).includes('cm-announced')) await route.abort();
			else await route.fulfill({ response });
		});
		await openLesson(page);
		const cell = new Cell(page, 1);
		await expect(cell.root.getByText('The editor could not be loaded.')).toBeVisible();
		await cell.run();
		isBlocked = false;
		await cell.root.getByRole('button', { name: 'Try again' }).click();
		await expect(cell.code).toBeVisible();
	});
});
