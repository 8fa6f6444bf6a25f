import { globSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { newSeed, sample } from '../table';
import { expect, expectAccessible, test } from './lesson-page';
import { walks } from './scenes';

const root = path.resolve(import.meta.dirname, '../..');

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
const isWhole = process.env['PROCODER_LONG'] !== undefined || album !== undefined;

for (const [number, { route, scenes, expectedErrors = [] }] of walks.entries()) {
	test.describe(`${route === '' ? 'the course' : route} (${number + 1})`, () => {
		test.use({ expectedErrors: [...expectedErrors] });
		test(scenes.map(({ name }) => name).join(', '), async ({ page }) => {
			test.setTimeout(isWhole ? 900_000 : 240_000);
			for (const [at, { name, arrange }] of scenes.entries()) {
				await page.setViewportSize({ width: 1280, height: 900 });
				await test.step(name, () => arrange(page));
				const some = isWhole ? looks : sample(looks, seed + at, 2);
				for (const look of some)
					await test.step(`${name}, ${look.width} px, ${look.theme}`, () => lookAt(page, name, look));
			}
		});
	});
}

async function lookAt(page: Page, scene: string, { theme, width }: Look): Promise<void> {
	await page.setViewportSize({ width, height: 900 });
	await page.emulateMedia({ colorScheme: theme });
	if (album !== undefined) {
		mkdirSync(album, { recursive: true });
		await page.screenshot({ path: path.join(album, `${scene}-${width}-${theme}.png`) });
	}
	await expectAccessible(page);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(overflow, 'nothing sticks out sideways').toBeLessThanOrEqual(0);
}
