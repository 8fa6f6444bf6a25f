import type { Page } from '@playwright/test';
import { newSeed, sample } from '../table';
import { Cell, expect, sharedLesson, test } from './lesson-page';

const line = (cell: Cell) => cell.output.getByRole('textbox');

/** Pyodide waits on promises by switching stacks; a browser that cannot is made by taking that away from the worker. */
async function withoutStackSwitching(page: Page): Promise<void> {
	await page.route(/worker\..*\.json/, async (route) => {
		const response = await route.fetch();
		const code = JSON.parse(await response.text()) as string;
		const crippled = `delete WebAssembly.Suspending; delete WebAssembly.promising;\n${code}`;
		await route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(crippled) });
	});
}

/** As on plain http, or inside a page of somebody else's: without these headers there is no shared memory. */
async function withoutSharedMemory(page: Page): Promise<void> {
	await page.route('**/lessons/*', async (route) => {
		const response = await route.fetch();
		const headers = Object.fromEntries(
			Object.entries(response.headers()).filter(([name]) => !name.startsWith('cross-origin-'))
		);
		await route.fulfill({ response, headers });
	});
}

const ways: Record<string, (page: Page) => Promise<void>> = {
	'where Python can wait': () => Promise.resolve(),
	'where only shared memory can make it wait': withoutStackSwitching,
	'where nothing can make it wait': async (page) => {
		await withoutStackSwitching(page);
		await withoutSharedMemory(page);
	}
};

// Two of the three each time, all with PROCODER_LONG: each is a page with its Pythons.
for (const [name, prepare] of sample(Object.entries(ways), newSeed(), 2)) {
	test.describe(name, () => {
		const lesson = sharedLesson(prepare);

		test('input() asks in the output, twice, and its answers stay there', async () => {
			const cell = new Cell(lesson(), 1);
			await cell.write(
				'name = input("Your name? ")\nage = int(input("Your age? "))\nprint(f"{name} will be {age + 1}")'
			);
			await cell.button('Run cell').click();
			await expect(cell.root.getByText('waits for your answer')).toBeVisible();
			await line(cell).fill('Ada – 雪');
			await line(cell).press('Enter');
			await expect(cell.output).toContainText('Your age?');
			await line(cell).fill('36');
			await line(cell).press('Enter');
			await cell.ended();
			await expect(cell.output).toContainText('Ada – 雪 will be 37');
			await expect(cell.output).toContainText('Your name?');
		});

		test('Stop works while it waits, and the next question is a new one', async () => {
			const page = lesson();
			const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
			await one.write('input("first? ")');
			await one.button('Run cell').click();
			await expect(line(one)).toBeVisible();
			await one.button('Stop').click();
			await expect(one.root.getByText('stopped', { exact: true })).toBeVisible();
			await expect(line(one)).toBeHidden();
			await expect(one.output).toContainText('first?');
			await expect(one.output).not.toContainText(/cancelled|Exception/);
			await two.write('print("got", input("second? "))');
			await two.button('Run cell').click();
			await line(two).fill('yes');
			await line(two).press('Enter');
			await expect(two.output).toContainText('got yes');
		});

		test('time.sleep takes its time, and Stop ends it', async () => {
			const page = lesson();
			const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
			await one.write(
				'import time\nbegan = time.monotonic()\ntime.sleep(0.3)\nprint("slept", round(time.monotonic() - began, 1) >= 0.3)'
			);
			await one.run();
			await expect(one.output).toContainText('slept True');
			await one.write('import time\ntime.sleep(60)');
			await one.button('Run cell').click();
			await page.waitForTimeout(400);
			await one.button('Stop').click();
			await expect(one.root.getByText('stopped', { exact: true })).toBeVisible({ timeout: 3_000 });
			await two.write('print(6 * 7)');
			await two.run();
			await expect(two.output).toContainText('42');
		});

		test('an answer may be empty, and may hold anything', async () => {
			const cell = new Cell(lesson(), 1);
			await cell.write('for _ in range(3):\n    print(repr(input("> ")))');
			await cell.button('Run cell').click();
			for (const text of ['', '<b>"quoted"</b>', '\u{1f600}\u0301']) {
				await expect(line(cell)).toBeVisible();
				await line(cell).fill(text);
				await line(cell).press('Enter');
			}
			await cell.ended();
			await expect(cell.output).toContainText("''");
			await expect(cell.output).toContainText(`'<b>"quoted"</b>'`);
		});
	});
}
