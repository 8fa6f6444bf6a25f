import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { isLong, newSeed, sample } from '../table';
import { expect, expectAccessible, test } from './lesson-page';
import { looks, walks, type Look, type Scene } from './scenes';
import { expectSpeakable } from './spoken';

const root = path.resolve(import.meta.dirname, '../..');

// Each walk has its own page, and together they take minutes.
test.describe.configure({ mode: 'parallel' });

test('every page of the program is among these', () => {
	const routes = globSync('src/routes/**/+page.svelte', { cwd: root }).map((file) =>
		path.relative('src/routes', path.dirname(file))
	);
	expect(routes.length).toBeGreaterThan(3);
	expect([...new Set(walks.map(({ route }) => route))].sort()).toEqual([...routes, 'error'].sort());
});

/** A folder for pictures of every state, for people to look at: `PROCODER_SHOTS=/tmp/shots npx playwright test every-page`. */
const album = process.env['PROCODER_SHOTS'];
const seed = newSeed();
const isWhole = isLong || album !== undefined;
/** Nothing but the pictures that are kept, all of them. They are taken anew with `--update-snapshots` after it. */
const isForPictures = process.env['PROCODER_PICTURES'] !== undefined;

// Each takes a minute or more: three of them, and all with PROCODER_LONG.
const chosen = album === undefined && !isForPictures ? sample(walks, seed, 3) : walks;
for (const { route, scenes, expectedErrors = [] } of chosen) {
	test.describe(`${route === '' ? 'the course' : route} (${walks.findIndex((walk) => walk.scenes === scenes) + 1})`, () => {
		test.use({ expectedErrors: [...expectedErrors] });
		test(scenes.map(({ name }) => name).join(', '), async ({ page, browser }) => {
			test.setTimeout(isWhole || isForPictures ? 900_000 : 360_000);
			const isComparable = canCompare(browser.version());
			const all = scenes.flatMap(({ name, pictured = [] }) => pictured.map((look) => `${name}-${look}`));
			// Two of each walk; which, another seed says than the one that has chosen the walk.
			const compared = new Set(isForPictures ? all : sample(all, seed + 1, 2));
			for (const [at, scene] of scenes.entries()) {
				const { name, arrange } = scene;
				await page.setViewportSize({ width: 1280, height: 900 });
				await test.step(name, () => arrange(page));
				await test.step(`${name}, by ear`, () => expectSpeakable(page));
				const some = isForPictures ? [] : isWhole ? looks : sample(looks, seed + at, 1);
				for (const look of some) await test.step(`${name}, ${look}`, () => lookAt(page, scene, look));
				const kept = (scene.pictured ?? []).filter((look) => compared.has(`${name}-${look}`));
				for (const look of isComparable ? kept : [])
					await test.step(`${name} as it was, ${look}`, () => compare(page, scene, look));
			}
		});
	});
}

async function lookAt(page: Page, scene: Scene, look: Look): Promise<void> {
	await dress(page, scene, look);
	if (album !== undefined) {
		mkdirSync(album, { recursive: true });
		await page.screenshot({ path: path.join(album, `${scene.name}-${look}.png`) });
	}
	// Whoever only wants to look need not wait minutes for axe.
	if (album === undefined || isLong) await expectAccessible(page);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(overflow, 'nothing sticks out sideways').toBeLessThanOrEqual(0);
}

/** What the scene shows stands under the bar at the top, wherever the width has put it. */
async function dress(page: Page, { shows, opens }: Scene, look: Look): Promise<void> {
	await page.setViewportSize({ width: Number.parseInt(look), height: 900 });
	await page.emulateMedia({ colorScheme: look.endsWith('dark') ? 'dark' : 'light' });
	// What comes into view may be laid out only then, and move what is below it.
	const place = shows?.(page);
	if (place === undefined) await page.evaluate(() => scrollTo(0, 0));
	else
		await place.evaluate(async (element) => {
			// An explanation beside its cell stays where it is, and scrolls in itself.
			let panel = element.parentElement;
			while (panel !== null && !/auto|scroll/.test(getComputedStyle(panel).overflowY))
				panel = panel.parentElement;
			const outer =
				panel === null ? element : (element.closest('[data-cell]')?.querySelector('.cell') ?? element);
			for (let times = 0; times < 5; times++) {
				scrollBy(0, outer.getBoundingClientRect().top - 90);
				if (panel !== null)
					panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top - 16;
				await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
			}
		});
	await opens?.(page);
}

const kept = path.join(import.meta.dirname, 'pictures');
const takenBy = path.join(kept, 'taken-by.json');

/** By whom letters are drawn: another Chromium or other fonts draw them a little differently. */
function painterOf(version: string): string {
	let fonts = 'unknown';
	try {
		const list = execFileSync('fc-list', [':', 'family', 'style'], { encoding: 'utf8' });
		const sorted = [...new Set(list.split('\n'))].sort().join('\n');
		fonts = createHash('sha256').update(sorted).digest('hex').slice(0, 12);
	} catch {
		// Not every system has that command.
	}
	return JSON.stringify({ system: process.platform, chromium: version.split('.')[0], fonts });
}

/** Says why, where the pictures were taken by another browser than this one. */
function canCompare(version: string): boolean {
	const now = painterOf(version);
	if (isForPictures && /^(all|changed)$/.test(test.info().config.updateSnapshots)) {
		mkdirSync(kept, { recursive: true });
		writeFileSync(takenBy, `${now}\n`);
		return true;
	}
	const then = readFileSync(takenBy, 'utf8').trim();
	if (then === now) return true;
	const why = `they were taken by ${then}, and this is ${now}`;
	test.info().annotations.push({ type: 'pictures not compared', description: why });
	console.log(`Pictures are not compared: ${why}.`);
	return false;
}

async function compare(page: Page, scene: Scene, look: Look): Promise<void> {
	await dress(page, scene, look);
	// The pointer would light what it happens to stand on.
	await page.mouse.move(0, 0);
	await page.evaluate(() => {
		// The server's clock goes on.
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (texts.nextNode()) {
			const text = texts.currentNode.nodeValue ?? '';
			const still = text
				.replace(/\b(in|,) \d+(\.\d+)? s\b/, '$1 0.04 s')
				.replace(/^(\d+ of \d+, ).* ago$/, '$1just now')
				.replace(/\w+ \d+, \d{4} at [\d:]+\s[AP]M/, 'May 4, 2026 at 10:20:30 AM');
			if (still !== text) texts.currentNode.nodeValue = still;
		}
	});
	// Every letter is drawn alike each time: a line that is gone, or another colour, is more than these few points.
	await expect.soft(page).toHaveScreenshot(`${scene.name}-${look}.png`, { maxDiffPixels: 60 });
}
