import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { newSeed, sample } from '../table';
import { Cell, expect, openLesson, test } from './lesson-page';

/** What the runner's frames tell the page, from the first one on. */
async function listenToFrames(
	page: Page
): Promise<() => Promise<({ type: string; started?: string } | undefined)[]>> {
	await page.addInitScript(() => {
		const heard: unknown[] = [];
		const Channel = MessageChannel;
		// Every frame is spoken to through a channel that the page makes.
		class Tapped extends Channel {
			constructor() {
				super();
				this.port1.addEventListener('message', (event) => heard.push(event.data));
			}
		}
		Object.assign(window, { heard, MessageChannel: Tapped });
	});
	return () => page.evaluate(() => (window as unknown as { heard: { type: string }[] }).heard);
}

const startedAs = async (heard: () => Promise<({ type: string; started?: string } | undefined)[]>) => {
	await expect
		.poll(async () => (await heard()).filter((message) => message?.type === 'ready').length, {
			timeout: 60_000
		})
		.toBe(2);
	return (await heard()).filter((message) => message?.type === 'ready').map((message) => message?.started);
};

test('both interpreters start from the snapshot, and chance is not frozen in it', async ({ page }) => {
	const heard = await listenToFrames(page);
	const seen = new Set<string>();
	for (let visit = 0; visit < 3; visit++) {
		await openLesson(page);
		expect(await startedAs(heard)).toEqual(['snapshot', 'snapshot']);
		const cell = new Cell(page, 1);
		await cell.write(
			'import random, uuid, secrets\nprint(random.random(), uuid.uuid4(), secrets.token_hex(4))'
		);
		await cell.run();
		const text = await cell.output.innerText();
		for (const word of text.split(/\s+/).slice(0, 3)) seen.add(word);
	}
	expect(seen.size, 'three numbers, names and secrets, all different').toBe(9);
});

const misfits: Record<string, (bytes: Buffer) => { status: number; body: Buffer }> = {
	'is missing': () => ({ status: 404, body: Buffer.from('gone') }),
	'is cut off': (bytes) => ({ status: 200, body: bytes.subarray(0, bytes.length / 2) }),
	'is of another build': (bytes) => {
		const other = Buffer.from(bytes);
		// The build's id stands behind the first four numbers.
		for (let at = 16; at < 48; at++) other[at] = (other[at] ?? 0) ^ 0xff;
		return { status: 200, body: other };
	},
	'is rubbish': (bytes) => ({ status: 200, body: Buffer.alloc(bytes.length, 7) })
};
for (const [name, change] of sample(Object.entries(misfits), newSeed(), 1)) {
	test.describe(`where the snapshot ${name}`, () => {
		test.use({ expectedErrors: [/404/] });
		test('Python starts all the same, only slower', async ({ page }) => {
			const heard = await listenToFrames(page);
			await page.route(/snapshot-.*\.bin/, async (route) => {
				const response = await route.fetch();
				const { status, body } = change(await response.body());
				await route.fulfill({ status, body, contentType: 'application/octet-stream' });
			});
			await openLesson(page);
			expect(await startedAs(heard)).toEqual(['plain', 'plain']);
			const cell = new Cell(page, 1);
			await cell.write('def f(n):\n    return n + 1\nprint(f(41))\nundefined_name');
			await cell.run();
			await expect(cell.output).toContainText('42');
			await expect(cell.output).toContainText('NameError');
			await cell.explain();
		});
	});
}

test('while Python is on its way: text can be typed, a run waits its turn, progress is visible', async ({
	page
}) => {
	let release: () => void = () => undefined;
	const held = new Promise<void>((resolve) => (release = resolve));
	await page.route(/pyodide\.asm.*\.wasm/, async (route) => {
		await held;
		await route.continue();
	});
	await page.goto('/lessons/first-functions');
	const cell = new Cell(page, 1);
	await expect(page.getByText(/of \d+(\.\d+)? MB/)).toBeVisible();
	await cell.write('print("early " * 2)');
	await cell.button('Run cell').click();
	await expect(cell.root.getByText('waits for Python')).toBeVisible();
	await expect(cell.code).toContainText('early');
	release();
	await expect(cell.output).toContainText('early early');
});

test('a native wheel is handed over when a cell imports it, and works', async ({ page }) => {
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write(
		[
			'from hypothesis import given, settings, strategies as st',
			'runs = []',
			'@settings(max_examples=30, database=None)',
			'@given(st.lists(st.integers()))',
			'def test_reverse(items):',
			'    runs.append(items)',
			'    assert list(reversed(list(reversed(items)))) == items',
			'test_reverse()',
			'print("ran", len(runs) >= 30)'
		].join('\n')
	);
	await cell.button('Run cell').click();
	await expect(cell.output).toContainText('ran True', { timeout: 40_000 });
	// It is here now, also for what the bench tries.
	const two = new Cell(page, 2);
	await two.write('import hypothesis\nprint(hypothesis.__name__)');
	await two.run();
	await expect(two.output).toContainText('hypothesis');
});

test('left alone, memory goes back; the next run starts Python again, also with the server down', async ({
	baseURL,
	launchOptions
}) => {
	test.setTimeout(150_000);
	// A profile on disk: the cache of a private window is too small for the snapshot.
	const profile = mkdtempSync(path.join(tmpdir(), 'procoder-profile-'));
	const context = await chromium.launchPersistentContext(profile, {
		...launchOptions,
		...(baseURL === undefined ? {} : { baseURL })
	});
	try {
		const page = context.pages()[0] ?? (await context.newPage());
		await page.clock.install();
		const heard = await listenToFrames(page);
		await openLesson(page);
		await startedAs(heard);
		await page.clock.fastForward('11:00');
		await expect.poll(() => page.frames().length).toBe(1);
		await expect(page.getByText('Python is resting').first()).toBeVisible();
		await page.clock.resume();
		// Nothing of ours is reachable now; what is immutable is in the browser's cache.
		await context.setOffline(true);
		const cell = new Cell(page, 1);
		await cell.write('print("awake again")');
		await cell.button('Run cell').click();
		await expect(cell.output).toContainText('awake again', { timeout: 60_000 });
		const starts = (await heard())
			.filter((message) => message?.type === 'ready')
			.map((message) => message?.started);
		expect(starts.slice(0, 3)).toEqual(['snapshot', 'snapshot', 'snapshot']);
	} finally {
		await context.close();
		rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
	}
});

test('variables are never given back', async ({ page }) => {
	await page.clock.install();
	await openLesson(page);
	const cell = new Cell(page, 1);
	await cell.write('kept = 41');
	await cell.run();
	await expect.poll(() => page.frames().length).toBe(3);
	await page.clock.fastForward('11:00');
	await expect.poll(() => page.frames().length).toBe(2);
	await cell.write('print(kept + 1)');
	await cell.run();
	await expect(cell.output).toContainText('42');
});

test('files: a cell writes and reads them in its own folder; Restart Python empties everything', async ({
	page
}) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('with open("notes.txt", "w") as file:\n    file.write("line\\n" * 3)\nkept = 1');
	await one.run();
	await two.write('print(len(open("notes.txt").readlines()))');
	await two.run();
	await expect(two.output).toContainText('3');
	await page.getByRole('button', { name: 'Restart Python' }).click();
	await two.write('kept');
	await two.run();
	await expect(two.output).toContainText('NameError');
});

test('a server that has a newer version refuses the old document with a clear word', async ({ request }) => {
	const response = await request.get('/runner/0000000000000000');
	expect(response.status()).toBe(404);
	expect(await response.text()).toContain('Load the page again');
});

test('the lesson’s data lies beside its cells, also after Python was replaced', async ({ page }) => {
	const data = 'city,people\nUtrecht,376\n';
	const hash = createHash('sha256').update(data).digest('hex');
	await page.route('**/lessons/first-functions', async (route) => {
		const response = await route.fetch();
		const html = await response.text();
		const file = `files:[{name:"cities.csv",bytes:${data.length},hash:"${hash}"}]`;
		const withFile = html.replace(/files:\[\{name:[^\]]*\]/, file);
		expect(withFile, 'the lesson as it is sent').not.toBe(html);
		await route.fulfill({ response, body: withFile });
	});
	await page.route(`**/files/${hash}/cities.csv`, (route) =>
		route.fulfill({ body: data, contentType: 'application/octet-stream' })
	);
	await openLesson(page);
	const cell = new Cell(page, 1);
	const read =
		'import csv\nwith open("cities.csv") as file:\n    print(next(csv.DictReader(file))["people"])';
	await cell.write(read);
	await cell.run();
	await expect(cell.output).toContainText('376');
	for (const code of ['sum(range(10**12))', 'sum(range(10**12))']) {
		// The desk is lost, and with the second stop the one that took its place.
		await cell.write(code);
		await cell.button('Run cell').click();
		await page.waitForTimeout(400);
		await cell.button('Stop').click();
		await cell.ended();
		await cell.write(read);
		await cell.run();
		await expect(cell.output).toContainText('376');
	}
});
