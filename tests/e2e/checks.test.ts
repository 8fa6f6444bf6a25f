import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import { Cell, expect, expectAccessible, saved, test } from './lesson-page';

const right = 'def each_pays(guests):\n    return (sum(prices.values()) + tip) / guests\n';
const lessons = path.join(import.meta.dirname, 'lessons');

let server: BuiltServer;
let dataDir: string;
test.beforeAll(async () => {
	dataDir = mkdtempSync(path.join(tmpdir(), 'procoder-checks-'));
	server = await startBuiltServer(dataDir, { LESSONS_DIR: lessons });
});
test.afterAll(async () => {
	server.child.kill('SIGTERM');
	await server.gone;
	rmSync(dataDir, { recursive: true, force: true });
});

async function open(page: Page): Promise<{ share: Cell; greet: Cell }> {
	await page.goto(`${server.address}/lessons/share-a-bill`);
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
	return { share: new Cell(page, 2), greet: new Cell(page, 3) };
}
const result = ({ root }: Cell): Locator => root.getByRole('region', { name: 'Result of the check' });
async function check(cell: Cell, code: string): Promise<Locator> {
	await cell.write(code);
	await cell.button('Check').click();
	await expect(result(cell).getByText('the code has changed since')).toBeHidden();
	await expect(cell.button('Check')).toBeVisible();
	return result(cell);
}

test('what was tried, expected and got; a foreseen mistake; and all checks passing', async ({ page }) => {
	const { share } = await open(page);
	await share.button('Check').click();
	await expect(result(share)).toContainText('1 of 3 checks pass');
	for (const text of ['each_pays(2)', '5.5', '0']) {
		await expect(result(share).getByRole('definition').filter({ hasText: text }).first()).toBeVisible();
	}
	await expectAccessible(page);

	await share.write(right.replace('/', '//'));
	await expect(result(share).getByText('the code has changed since')).toBeVisible();
	await share.button('Check').click();
	await expect(result(share)).toContainText('What keeps the cents?');
	await expect(result(share)).not.toContainText('Expected');

	await expect(await check(share, right.replace('return', 'for n in []: pass\n    return'))).toContainText(
		'The prices need no loop of yours'
	);
	await expect(await check(share, right)).toContainText('All 3 checks pass');
	await expectAccessible(page);
	// The learner's own session was not touched: nothing has run there.
	await share.write('each_pays');
	await share.run();
	await expect(share.root.getByText(/NameError/).first()).toBeVisible();
});

test('errors, endless loops and patched built-ins are told apart, and nothing breaks the page', async ({
	page
}) => {
	const { share } = await open(page);
	await expect(await check(share, 'print(nothing)')).toContainText('Python does not know the name nothing');
	await expect(await check(share, right.replace('return', 'return "a" +'))).toContainText('(line 2)');
	await expect(await check(share, 'while True: pass')).toContainText('It did not come to an end');
	const patched = 'import builtins\nbuiltins.isinstance = lambda *a: True\nexpect_call = for_all = print\n';
	await expect(await check(share, `${patched}def each_pays(guests):\n    return 5.5\n`)).toContainText(
		'2 of 3'
	);
	await expect(await check(share, right)).toContainText('All 3 checks pass');
});

test('the keyboard, and a result that stays after a reload', async ({ page }) => {
	const { share } = await open(page);
	await share.write(right);
	const sent = saved(page, /\/attempts$/, 'POST');
	await page.keyboard.press('ControlOrMeta+Shift+Enter');
	await expect(result(share)).toContainText('All 3 checks pass');
	await expect(share.code).toBeFocused();
	await sent;
	await page.reload();
	await expect(result(share)).toContainText('All 3 checks pass');
});

test('a check of the server’s never reaches the browser, and has the last word', async ({ page }) => {
	const bodies: string[] = [];
	page.on('response', (response) => {
		if (/\/lessons\/share-a-bill/.test(response.url()))
			void response.text().then((text) => bodies.push(text));
	});
	const { greet } = await open(page);
	const claimed = saved(page, /\/attempts$/, 'POST');
	await expect(await check(greet, 'print("Hello Bob")')).toContainText('Hello Ada');
	await claimed;
	const wrong = await check(greet, 'print("Hello", "A" + "da")');
	await expect(wrong).toContainText('Greet Ada by her name.', { timeout: 40_000 });
	await expect(wrong).toContainText('1 of 2 checks pass');
	const good = await check(greet, 'print("Hello Ada")');
	await expect(good).toContainText('The check of the server passes, too.', { timeout: 40_000 });
	const all = bodies.join('\n');
	expect(all).toContain('expect_output()');
	expect(all).not.toMatch(/student\.source|is how Python divides|\+ tip\) \/ guests/);
});

test.describe('where the checks cannot be fetched', () => {
	test.use({ expectedErrors: [/Failed to load resource/] });

	test('it says so, and checks when they can', async ({ page }) => {
		const { share } = await open(page);
		await page.route('**/exercises/share/checks', (route) => route.abort());
		await share.button('Check').click();
		await expect(result(share)).toContainText('The checks could not be fetched');
		await page.unroute('**/exercises/share/checks');
		await share.button('Check').click();
		await expect(result(share)).toContainText('1 of 3 checks pass');
	});
});

test.describe('while the server does not answer', () => {
	test.use({ expectedErrors: [/Failed to load resource/] });
	const alone = (cell: Cell) => result(cell).getByText('handed in when the server answers');

	test('answers are checked, kept, and handed in when it answers again', async ({ page, context }) => {
		const { share } = await open(page);
		await check(share, 'def each_pays(guests):\n    return 1\n');
		await context.setOffline(true);
		const wrong = await check(share, 'def each_pays(guests):\n    return 2\n');
		await expect(wrong).toContainText('1 of 3 checks pass');
		await expect(alone(share)).toBeVisible();
		await expect(await check(share, right)).toContainText('All 3 checks pass');
		await expect(alone(share)).toBeVisible();
		await expectAccessible(page);
		const handedIn: string[] = [];
		page.on('response', (response) => {
			if (!/\/attempts$/.test(response.url()) || response.request().method() !== 'POST') return;
			void response.json().then(({ kind }: { kind: string }) => handedIn.push(kind));
		});
		await context.setOffline(false);
		await expect.poll(() => handedIn, { timeout: 40_000 }).toEqual(['claimed', 'judged']);
		await expect(alone(share)).toBeHidden();
		await expect(result(share)).toContainText('All 3 checks pass');
	});

	test('a closed page hands in what it could not with the next visit, of another lesson too', async ({
		page,
		context
	}) => {
		const { greet } = await open(page);
		await context.route('**/attempts', (route) => route.abort());
		await check(greet, 'print("Hello Ada")');
		await expect(alone(greet)).toBeVisible();
		await page.close();
		await context.unroute('**/attempts');

		const next = await context.newPage();
		const sent = saved(next, /\/exercises\/greet\/attempts$/, 'POST');
		await next.goto(`${server.address}/lessons/every-construct`);
		await sent;
		await expect
			.poll(() => next.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('attempts'))))
			.toEqual([]);
		const again = (await open(next)).greet;
		await expect(result(again)).toContainText('The check of the server passes, too.');
	});
});
