import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import { isLong, newSeed, sample } from '../table';
import { Cell, expect, expectAccessible, test } from './lesson-page';

/** All of it with PROCODER_LONG; else a tenth, at a place that the seed chooses. */
const seed = newSeed();
const cells = isLong ? 500 : 50;
const lines = isLong ? 5_000 : 500;
const printed = isLong ? 1_000_000 : 100_000;
const from = (low: number, high: number): number => low + (seed % (high - low + 1));

let server: BuiltServer;
let folder: string;

test.beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-heavy-'));
	const lessons = { few: plain('Few', 5), many: plain('Many', cells), names };
	for (const [at, [name, text]] of Object.entries(lessons).entries()) {
		const place = path.join(folder, 'lessons', `0${at + 1}-${name}`);
		await mkdir(place, { recursive: true });
		await writeFile(path.join(place, 'index.md'), text);
	}
	server = await startBuiltServer(path.join(folder, 'data'), { LESSONS_DIR: path.join(folder, 'lessons') });
});
test.afterAll(async () => {
	server.child.kill('SIGTERM');
	await server.gone;
	await rm(folder, { recursive: true, force: true });
});

const fence = (options: string, code: string): string => `\`\`\`{python}\n${options}\n${code}\n\`\`\`\n`;
const page = (title: string, parts: readonly string[]): string =>
	`---\ntitle: ${title}\nsummary: Made for a test.\n---\n\n${parts.join('\n')}`;
function plain(title: string, count: number): string {
	const parts = Array.from(
		{ length: count },
		(_, at) => `Part ${at + 1}\n\n${fence(`#| id: cell-${at + 1}`, `value_${at + 1} = ${at + 1}`)}`
	);
	return page(title, parts);
}
/** Arabic and Hebrew are written from right to left, and a family of four is one sign of seven code points. */
const names = page('שלום, سلام and 👩‍👩‍👧‍👦', [
	'## حساب السعر 🧮\n',
	fence('#| id: price\n#| label: "سعر الخبز 🍞"', 'سعر = 4\nعدد = 3\nprint("المجموع:", سعر * عدد)'),
	'## שמות\n',
	fence('#| id: family\n#| label: "משפחה 👩‍👩‍👧‍👦"', 'def ברך(שם):\n    return f"שלום, {שם} 👋🏽"\n\nברך("דנה")')
]);

async function open(tab: Page, lesson: string): Promise<void> {
	await tab.goto(`${server.address}/lessons/${lesson}`);
	await expect(tab.getByText('Python ready')).toBeVisible({ timeout: 120_000 });
}

/** As somebody does it: text that comes in as if it were typed costs Chromium its length squared, four minutes for 5,000 lines. */
async function paste(cell: Cell, code: string): Promise<void> {
	await cell.write('');
	await cell.code.evaluate((editor, text) => {
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/plain', text);
		editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
	}, code);
}

/** From a key's own time stamp to the moment after the frame that it is drawn in, the median of many keys. */
async function keyMs(tab: Page, cell: Cell): Promise<number> {
	await tab.bringToFront();
	await cell.write('');
	await tab.evaluate(() => {
		const times: number[] = [];
		Object.assign(window, { keyTimes: times });
		const { port1, port2 } = new MessageChannel();
		const begun: number[] = [];
		port1.onmessage = () => times.push(...begun.splice(0).map((at) => performance.now() - at));
		// A message that is posted in a frame arrives when that frame has been painted.
		addEventListener(
			'keydown',
			({ timeStamp }) => requestAnimationFrame(() => (begun.push(timeStamp), port2.postMessage(undefined))),
			{ capture: true }
		);
	});
	await tab.keyboard.type('total = sum(price * 2 for price in prices if price > limit)', { delay: 40 });
	await tab.waitForTimeout(300);
	const times = await tab.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes);
	expect(times.length).toBeGreaterThan(40);
	return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Two of them each time, all with PROCODER_LONG. */
const chosen = sample(['cells', 'lines', 'output', 'names'], seed, 2);

if (chosen.includes('cells'))
	test(`a lesson of ${cells} cells opens, is typed in, and runs its last cell`, async ({
		page: tab,
		context
	}) => {
		test.setTimeout(300_000);
		await open(tab, 'many');
		const [middle, last] = [new Cell(tab, from(2, cells - 1)), new Cell(tab, cells)];
		await last.run();
		await expect(last.root.getByText(/^done in/)).toBeVisible();
		await expect(tab.getByText(`1 of ${cells} cells run to the end`)).toBeVisible();

		await middle.write('print(6 * 7)');
		await middle.run();
		await expect(middle.output).toContainText('42');
		const few = await context.newPage();
		await open(few, 'few');
		const small = new Cell(few, 3);
		// In turns, so that what else the machine does weighs on both.
		const rounds: { many: number; few: number }[] = [];
		for (let round = 0; round < 3; round++)
			rounds.push({ many: await keyMs(tab, middle), few: await keyMs(few, small) });
		const said = rounds.map(
			({ many, few }) => `${many.toFixed(1)} / ${few.toFixed(1)} ms = ${(many / few).toFixed(2)}`
		);
		console.log(
			`A key in cell ${from(2, cells - 1)} of ${cells} / of 5, medians: ${said.join(', ')} (seed ${seed})`
		);
		await expect(middle.code).toHaveText(/^total = sum\(price \* 2 for price in prices if price > limit\)+$/);
		await few.close();

		await tab.getByRole('button', { name: 'Run all' }).click();
		await expect(last.root.getByText(/^done in/)).toBeVisible();
	});

if (chosen.includes('lines'))
	test(`a cell of ${lines} lines is typed in, run, and shown where it failed`, async ({ page: tab }) => {
		test.setTimeout(180_000);
		await open(tab, 'few');
		const cell = new Cell(tab, 2);
		const at = from(2, lines - 1);
		const code = Array.from({ length: lines }, (_, line) =>
			line + 1 === at ? 'odd = 1 / 0' : `n${line} = ${line}`
		);
		await paste(cell, code.join('\n'));
		await cell.run();
		await expect(cell.root.getByText(`failed on line ${at}`)).toBeVisible();
		await cell.code.press('ControlOrMeta+End');
		await tab.keyboard.type('\nprint("the end")');
		await expect(cell.code).toContainText('print("the end")');
		await cell.code.press('ControlOrMeta+Home');
		await expect(cell.code).toContainText('n0 = 0');
		await tab.reload();
		await expect(tab.getByText('Python ready')).toBeVisible({ timeout: 120_000 });
		await cell.code.press('ControlOrMeta+End');
		await expect(cell.code).toContainText('print("the end")');
		await cell.button('Explain').click();
		await expect(cell.explanation.getByRole('heading', { name: 'Purpose' })).toBeVisible({ timeout: 60_000 });
	});

if (chosen.includes('output'))
	test(`${printed} characters of output are shown short, then all, and the page goes on working`, async ({
		page: tab
	}) => {
		test.setTimeout(180_000);
		await open(tab, 'few');
		const [cell, next] = [new Cell(tab, 1), new Cell(tab, 2)];
		const rows = printed / 100;
		await cell.write(`for row in range(${rows}):\n    print(f"{row:05}", "x" * 93)`);
		await cell.run();
		await expect(cell.output).toContainText(String(rows - 1).padStart(5, '0'));
		await expect(cell.output).toContainText(/lines are left out here/);
		await cell.output.getByRole('button', { name: /^Show all/ }).click();
		await expect(cell.output).toContainText(String(Math.floor(rows / 2)).padStart(5, '0'));
		await next.write('print("alive")');
		await next.run();
		await expect(next.output).toContainText('alive');
		// What a run printed is kept when it has ended.
		await next.ended();
		await tab.reload();
		await expect(next.output).toContainText('alive');
		await expect(cell.output).toContainText('00000');
	});

if (chosen.includes('names'))
	test('names from right to left and signs of many code points, in labels and in code', async ({
		page: tab
	}) => {
		test.setTimeout(180_000);
		await open(tab, 'names');
		await expect(tab.getByRole('heading', { level: 1 })).toHaveText('שלום, سلام and 👩‍👩‍👧‍👦');
		const price = tab.getByRole('group', { name: 'Cell 1: سعر الخبز 🍞', exact: true });
		await expect(price).toBeAttached();
		const [one, two] = [new Cell(tab, 1), new Cell(tab, 2)];
		await one.run();
		await expect(one.output).toContainText('المجموع: 12');
		await two.run();
		await expect(two.output).toContainText('שלום, דנה 👋🏽');
		await two.explain();
		await expect(two.explanation).toContainText('ברך');

		// Typing, deleting a sign of seven code points, and an error's place.
		await two.write('');
		await tab.keyboard.type('שם = "👩‍👩‍👧‍👦"', { delay: 5 });
		await tab.keyboard.press('Enter');
		await tab.keyboard.type('print(len(שם), שם[9])', { delay: 5 });
		await two.run();
		await expect(two.root.getByText('failed on line 2')).toBeVisible();
		await expect(two.output).toContainText('IndexError');
		await two.code.press('ControlOrMeta+Home');
		await two.code.press('End');
		await tab.keyboard.press('ArrowLeft');
		await tab.keyboard.press('Backspace');
		await expect(two.code.locator('.cm-line').first()).toHaveText('שם = ""');
		await one.run();
		for (const width of [360, 1280]) {
			await tab.setViewportSize({ width, height: 900 });
			const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			expect(overflow, `sideways at ${width} px`).toBeLessThanOrEqual(0);
		}
		await expectAccessible(tab);
	});
