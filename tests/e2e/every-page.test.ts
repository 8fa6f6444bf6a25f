import { globSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { newSeed, sample } from '../table';
import { expect, expectAccessible, test } from './lesson-page';
import { walks, type Scene } from './scenes';

const root = path.resolve(import.meta.dirname, '../..');

// Each walk has its own page, and together they take minutes.
test.describe.configure({ mode: 'parallel' });

const themes = ['light', 'dark'] as const;
const widths = [360, 768, 1280, 1800] as const;
type Look = { readonly theme: (typeof themes)[number]; readonly width: (typeof widths)[number] };
const looks: readonly Look[] = widths.flatMap((width) => themes.map((theme) => ({ theme, width })));

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
const isLong = process.env['PROCODER_LONG'] !== undefined;
const isWhole = isLong || album !== undefined;

// Each takes a minute or more: three of them, and all with PROCODER_LONG.
const chosen = album === undefined ? sample(walks, seed, 3) : walks;
for (const { route, scenes, expectedErrors = [] } of chosen) {
	test.describe(`${route === '' ? 'the course' : route} (${walks.findIndex((walk) => walk.scenes === scenes) + 1})`, () => {
		test.use({ expectedErrors: [...expectedErrors] });
		test(scenes.map(({ name }) => name).join(', '), async ({ page }) => {
			test.setTimeout(isWhole ? 900_000 : 360_000);
			for (const [at, scene] of scenes.entries()) {
				const { name, arrange } = scene;
				await page.setViewportSize({ width: 1280, height: 900 });
				await test.step(name, () => arrange(page));
				const some = isWhole ? looks : sample(looks, seed + at, 1);
				for (const look of some)
					await test.step(`${name}, ${look.width} px, ${look.theme}`, () => lookAt(page, scene, look));
			}
		});
	});
}

async function lookAt(page: Page, scene: Scene, { theme, width }: Look): Promise<void> {
	await dress(page, scene, { theme, width });
	if (album !== undefined) {
		mkdirSync(album, { recursive: true });
		await page.screenshot({ path: path.join(album, `${scene.name}-${width}-${theme}.png`) });
	}
	// Whoever only wants to look need not wait minutes for axe.
	if (album === undefined || isLong) await expectAccessible(page);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(overflow, 'nothing sticks out sideways').toBeLessThanOrEqual(0);
}

/** What the scene shows stands under the bar at the top, wherever the width has put it. */
async function dress(page: Page, { shows }: Scene, { theme, width }: Look): Promise<void> {
	await page.setViewportSize({ width, height: 900 });
	await page.emulateMedia({ colorScheme: theme });
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
}
