import { Cell, expect, openLesson, test } from './lesson-page';

test('cells share one namespace, and an error names its line and values', async ({ page }) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('apples = 3\ndef price(count):\n    return count * 2');
	await one.run();
	await two.write('print(price(apples))\nprice(apples) / 0');
	await two.run();
	await expect(two.output).toContainText('6');
	await expect(two.output).toContainText('ZeroDivisionError');
	await expect(two.root.getByText('failed on line 2')).toBeVisible();
	await two.button('Full traceback').click();
	await expect(two.output).toContainText('Traceback');
});

const endless: Record<string, string> = {
	'a tight loop': 'while True:\n    pass',
	'a loop that swallows the interrupt':
		'while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass',
	'a loop in C': 'sum(range(10**12))',
	sleep: 'import time\ntime.sleep(60)',
	'a flood of output': 'while True:\n    print("x" * 200)'
};
for (const [name, code] of Object.entries(endless)) {
	test(`Stop ends ${name}, and the next cell runs`, async ({ page }) => {
		await openLesson(page);
		const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
		await one.write(code);
		await one.button('Run cell').click();
		await expect(one.button('Stop')).toBeVisible();
		await page.waitForTimeout(700);
		await one.button('Stop').click();
		await expect(one.root.getByText('stopped', { exact: true })).toBeVisible({ timeout: 5_000 });
		const frozen = await one.output.innerText();
		await two.write('print("still", "here")');
		await two.run();
		await expect(two.output).toContainText('still here');
		expect(await one.output.innerText(), 'output after Stop').toBe(frozen);
	});
}

test('a double click on "Run cell" runs; Stop right after the start stops', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write('import time\ntime.sleep(0.5)\nprint("finished")');
	await cell.button('Run cell').dblclick();
	await cell.ended();
	await expect(cell.output).toContainText('finished');
	await cell.write('while True:\n    pass');
	await cell.button('Run cell').click();
	await cell.button('Stop').click();
	await expect(cell.root.getByText('stopped', { exact: true })).toBeVisible();
	await cell.ended();
});

test('an interrupted loop keeps the variables; a replaced interpreter says that they are gone', async ({
	page
}) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('kept = 41');
	await one.run();
	await two.write('while True:\n    kept += 0');
	await two.button('Run cell').click();
	await page.waitForTimeout(700);
	await two.button('Stop').click();
	await two.ended();
	await two.write('print(kept + 1)');
	await two.run();
	await expect(two.output).toContainText('42');

	await two.write('sum(range(10**12))');
	await two.button('Run cell').click();
	await page.waitForTimeout(700);
	await two.button('Stop').click();
	await expect(page.getByText(/Variables are gone/)).toBeVisible();
	await two.write('kept');
	await two.run();
	await expect(two.output).toContainText('NameError');
});

test('a claim that hangs leaves the variables at the desk untouched', async ({ page }) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('treasure = [1, 2, 3]');
	await one.run();
	// The bench can neither trace nor interrupt this one: it must be ended with its interpreter.
	await two.write('def big(n):\n    return sum(range(10**12)) + n\n\nbig(1)');
	await two.button('Explain').click();
	await expect(two.explanation.getByRole('button', { name: 'Ask again' })).toBeVisible({
		timeout: 60_000
	});
	await one.write('print(treasure)');
	await one.run();
	await expect(one.output).toContainText('[1, 2, 3]');
	await one.write('def twice(n):\n    return n * 2\n\ntwice(4)');
	await one.explain();
	await expect(one.explanation.getByText('confirmed', { exact: true }).first()).toBeVisible();
});

test('a run that ends its own interpreter is followed by a working one', async ({ page }) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('deep = []\nfor _ in range(100000):\n    deep = [deep]\nrepr(deep)');
	await one.run();
	await two.write('print(6 * 7)');
	await two.run();
	await expect(two.output).toContainText('42');
});
