import AxeBuilder from '@axe-core/playwright';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { isLong, newSeed, sample } from '../table';

/** What a student loses most by, and what chooses among its own cases, is tried in every run. */
const always = [
	'asking',
	'by-ear',
	'by-keyboard',
	'every-page',
	'explanation',
	'heavy',
	'isolation',
	'keeping',
	'model',
	'pages',
	'rating',
	'verdicts',
	'whole-loop'
];

/**
 * Every test fails on an error in the page or its console: one that nobody sees is still one. What a test provokes on purpose
 * it names in `expectedErrors`. Of the files that are not tried `always`, the seed chooses half of the tests; `PROCODER_LONG` has all.
 */
export const test = base.extend<{ expectedErrors: RegExp[]; chosen: undefined }>({
	expectedErrors: [[], { option: true }],
	chosen: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern
		async ({}, use, testInfo) => {
			const { file, titlePath } = testInfo;
			const isAlways = always.includes(path.basename(file, '.test.ts'));
			const lot =
				createHash('sha256')
					.update([newSeed(), ...titlePath].join(' '))
					.digest()[0] ?? 0;
			testInfo.skip(!isLong && !isAlways && lot % 2 === 1, 'left to another seed; npm run test:long has it');
			await use(undefined);
		},
		{ auto: true }
	],
	page: async ({ page, expectedErrors }, use) => {
		const errors = listenForErrors(page);
		await use(page);
		expectOnly(expectedErrors, errors);
	}
});
export { expect };

function listenForErrors(page: Page): string[] {
	const errors: string[] = [];
	page.on('pageerror', (error) => errors.push(`page: ${error.message}`));
	page.on('console', (message) => {
		if (message.type() === 'error') errors.push(`console: ${message.text()}`);
	});
	return errors;
}

function expectOnly(expected: readonly RegExp[], errors: readonly string[]): void {
	const unexpected = errors.filter((error) => !expected.some((known) => known.test(error)));
	expect(unexpected, 'errors in the page or its console').toEqual([]);
}

/**
 * One open lesson for all tests around the call: opening one takes seconds, and what a test leaves behind must not harm the next.
 * After a failure the rest gets a new one. `prepare` comes before the page is opened. The result gives the page within a test.
 */
export function sharedLesson(
	prepare?: (page: Page) => Promise<void>,
	open: (page: Page) => Promise<void> = openLesson
): () => Page {
	let shared: { page: Page; errors: string[] } | undefined;
	test.beforeAll(async ({ browser }) => {
		// Axe wants a context that it can open another page in.
		const page = await (await browser.newContext()).newPage();
		shared = { page, errors: listenForErrors(page) };
		await prepare?.(page);
		await open(page);
	});
	test.afterEach(({ expectedErrors }) => expectOnly(expectedErrors, shared?.errors.splice(0) ?? []));
	test.afterAll(() => shared?.page.context().close());
	return () => {
		if (shared === undefined) throw new Error('The shared lesson is open within tests only.');
		return shared.page;
	};
}

/** One cell as a person finds it: by role and name. */
export class Cell {
	readonly root: Locator;
	readonly output: Locator;
	readonly explanation: Locator;

	constructor(page: Page, number: number) {
		this.root = page.getByRole('group', { name: new RegExp(`^Cell ${number}\\b`) });
		this.output = this.root.getByRole('region', { name: 'Output', exact: true });
		this.explanation = this.root.getByRole('region', { name: 'Explanation', exact: true });
	}

	button(name: string): Locator {
		return this.root.getByRole('button', { name, exact: true });
	}

	get code(): Locator {
		return this.root.getByRole('textbox', { name: 'Code', exact: true });
	}

	/** Replaces the cell's code, as pasting over it would. */
	async write(code: string): Promise<void> {
		await this.code.click();
		await this.code.press('ControlOrMeta+a');
		await this.code.press('Delete');
		await this.code.page().keyboard.insertText(code);
	}

	async run(): Promise<void> {
		await this.button('Run cell').click();
		await this.ended();
	}

	/** "Run cell" is back once a run has ended. */
	async ended(): Promise<void> {
		await expect(this.button('Run cell')).toBeVisible();
	}

	/** Asks for an explanation and waits until every claim in it has its verdict. */
	async explain(): Promise<void> {
		await this.button('Explain').click();
		await expect(this.explanation.getByText(/confirmed by running your code/)).toBeVisible({
			timeout: 60_000
		});
	}
}

export async function openLesson(page: Page): Promise<void> {
	await page.goto('/lessons/first-functions');
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
}

/** Waits until what is on its way to the server has arrived: the last answer to a save that the server gave. */
export function saved(page: Page, path: RegExp, method = 'PUT'): Promise<unknown> {
	return page.waitForResponse(
		(response) => path.test(response.url()) && response.request().method() === method && response.ok()
	);
}

/** Leaves no room in this browser's local storage, not for one character. */
export async function fillStorage(page: Page): Promise<void> {
	await page.evaluate(() => {
		for (let size = 2 ** 22; size >= 1; size /= 2) {
			try {
				for (let count = 0; ; count++) localStorage.setItem(`fill ${size} ${count}`, 'x'.repeat(size));
			} catch {
				// Full to that size.
			}
		}
	});
}

/** No violation of the WCAG A and AA rules, on the whole page or in a part of it. */
export async function expectAccessible(page: Page, part = 'html'): Promise<void> {
	const { violations } = await new AxeBuilder({ page })
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
		// The runner's frames show nothing and hold no content; axe cannot enter an opaque origin.
		.include(part)
		.exclude('iframe')
		.analyze();
	expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) }))).toEqual([]);
}

const looks = ([360, 1280] as const).flatMap((width) =>
	(['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme }))
);

/** Narrow or wide, light or dark: one of the four, which the seed and the state choose; all of them with PROCODER_LONG. */
export async function expectAccessibleEverywhere(page: Page, part?: string): Promise<void> {
	const before = page.viewportSize() ?? { width: 1280, height: 900 };
	for (const { width, colorScheme } of sample(looks, newSeed() + asked++, 1)) {
		await page.setViewportSize({ width, height: 900 });
		await page.emulateMedia({ colorScheme });
		await expectAccessible(page, part);
		const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		expect(overflow, `nothing sticks out at ${width} px`).toBeLessThanOrEqual(0);
	}
	await page.setViewportSize(before);
}
let asked = 0;
