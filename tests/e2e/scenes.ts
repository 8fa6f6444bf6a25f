import type { Page } from '@playwright/test';
import { Cell, expect, openLesson, saved } from './lesson-page';

/**
 * One state of one page as somebody sees it. Scenes of one walk follow one another on the same open page, because opening a lesson
 * takes seconds; the first of a walk opens it.
 */
export type Scene = { readonly name: string; readonly arrange: (page: Page) => Promise<void> };
/** `route`: the folder in src/routes whose page this is; `error` is the page for what is not there. */
export type Walk = {
	readonly route: string;
	readonly scenes: readonly Scene[];
	/** What the browser says in its console and cannot be kept from saying. */
	readonly expectedErrors?: readonly RegExp[];
};

const noteIn = (page: Page) => page.getByText('Not saved yet');
const away = '**/api/v1/**';

/** The states in which cells and their explanations can be. */
const lesson: Walk = {
	route: 'lessons/[lesson]',
	expectedErrors: [/ERR_FAILED/],
	scenes: [
		{
			name: 'python-starting',
			arrange: async (page) => {
				const held = Promise.withResolvers<undefined>();
				await page.route(/pyodide\.asm.*\.wasm/, async (route) => {
					await held.promise;
					await route.continue();
				});
				await page.goto('/lessons/first-functions');
				const cell = new Cell(page, 1);
				await expect(cell.code).toBeVisible();
				await cell.button('Run cell').click();
				await expect(cell.root.getByText('waits for Python')).toBeVisible();
				release.set(page, () => held.resolve(undefined));
			}
		},
		{
			name: 'explained',
			arrange: async (page) => {
				release.get(page)?.();
				await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
				const cell = new Cell(page, 1);
				await cell.ended();
				await cell.explain();
				await cell.root.scrollIntoViewIfNeeded();
			}
		},
		{
			name: 'rated',
			arrange: async (page) => {
				const { explanation } = new Cell(page, 1);
				await explanation.getByRole('button', { name: 'Not helpful' }).click();
				await expect(explanation.getByText(/^Thank you\./)).toBeVisible();
			}
		},
		{
			name: 'changed-and-failed',
			arrange: async (page) => {
				const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
				await one.write('def double(number):\n    return number + number\n');
				await expect(one.root.getByText('changed since the last run')).toBeVisible();
				await two.write('price = "20"\nprice + 5');
				await two.run();
				for (const part of ['Why?', 'Full traceback']) await two.button(part).click();
				await two.root.scrollIntoViewIfNeeded();
			}
		},
		{
			name: 'running',
			arrange: async (page) => {
				const two = new Cell(page, 2);
				await two.write('while True:\n    pass');
				await two.button('Run cell').click();
				await expect(two.button('Stop')).toBeVisible();
			}
		},
		{
			name: 'restarted',
			arrange: async (page) => {
				await new Cell(page, 2).button('Stop').click();
				await new Cell(page, 2).ended();
				await page.getByRole('button', { name: 'Restart Python' }).first().click();
				await expect(page.getByText('Python was started again').first()).toBeVisible({ timeout: 60_000 });
			}
		},
		{
			name: 'keys',
			arrange: async (page) => {
				await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
				await new Cell(page, 2).code.focus();
				await page.keyboard.press('Escape');
				await page.keyboard.press('?');
				await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
			}
		},
		{
			name: 'server-away',
			arrange: async (page) => {
				await page.keyboard.press('Escape');
				await page.route(away, (route) => route.abort());
				await new Cell(page, 1).write('x = 1');
				await expect(noteIn(page).first()).toBeVisible();
			}
		}
	]
};

/** What else a lesson can hold, opened and answered. */
const exercise: Walk = {
	route: 'lessons/[lesson]',
	scenes: [
		{
			name: 'exercise-checked',
			arrange: async (page) => {
				await openLesson(page);
				const cell = exerciseCell(page);
				await cell.getByRole('button', { name: 'Check', exact: true }).click();
				await expect(cell.getByRole('region', { name: 'Result of the check' })).toBeVisible({
					timeout: 60_000
				});
				await cell.scrollIntoViewIfNeeded();
			}
		},
		{
			name: 'exercise-hints',
			arrange: async (page) => {
				const cell = exerciseCell(page);
				for (let hint = 0; hint < 3; hint++)
					await cell.getByRole('button', { name: 'Hint', exact: true }).click();
				await expect(cell.getByRole('button', { name: 'Solution', exact: true })).toBeVisible();
			}
		},
		{
			name: 'quiz-answered',
			arrange: async (page) => {
				const quiz = page.getByRole('region', { name: 'Question' }).first();
				await quiz.getByRole('button').first().click();
				await expect(quiz.getByText(/^(Right|Not this one)\./).first()).toBeVisible();
				await quiz.scrollIntoViewIfNeeded();
			}
		}
	]
};

const exerciseCell = (page: Page) =>
	page
		.getByRole('group', { name: /^Cell \d+/ })
		.filter({ has: page.getByRole('button', { name: 'Check', exact: true }) })
		.first();

/** Pages whose Python is not there yet can be let go on by the next scene. */
const release = new WeakMap<Page, () => void>();

const course: Walk = {
	route: '',
	scenes: [
		{
			name: 'course-first-visit',
			arrange: async (page) => {
				await page.goto('/');
				await expect(page.getByRole('link', { name: /Start here/ })).toBeVisible();
			}
		},
		{
			name: 'course-found',
			arrange: async (page) => {
				const field = page.getByRole('searchbox', { name: 'Search the lessons' });
				await field.fill('range stops');
				await expect(page.getByRole('list', { name: 'What was found' })).toBeVisible();
			}
		},
		{
			name: 'course-found-nothing',
			arrange: async (page) => {
				await page.getByRole('searchbox', { name: 'Search the lessons' }).fill('zebra crossing');
				await expect(page.getByText('Nothing found')).toBeVisible();
			}
		},
		{
			name: 'course-begun',
			arrange: async (page) => {
				await openLesson(page);
				const kept = saved(page, /\/drafts\//);
				await new Cell(page, 1).run();
				await kept;
				await page.goto('/');
				await expect(page.getByRole('link', { name: /Resume where you stopped/ })).toBeVisible();
			}
		}
	]
};

const myData: Walk = {
	route: 'my-data',
	expectedErrors: [/ERR_FAILED/],
	scenes: [
		{
			name: 'my-data-empty',
			arrange: async (page) => {
				await page.goto('/my-data');
				await expect(page.getByText(/^Nothing is stored on the server yet/)).toBeVisible();
			}
		},
		{
			name: 'my-data-sure',
			arrange: async (page) => {
				await page.getByRole('button', { name: 'Delete all my data' }).click();
				await expect(page.getByRole('group', { name: 'Delete all of this?' })).toBeFocused();
			}
		},
		{
			name: 'my-data-away',
			arrange: async (page) => {
				await page.route('**/api/v1/me', (route) => route.abort());
				await page.reload();
				await expect(page.getByText(/^What is stored cannot be shown/)).toBeVisible();
			}
		}
	]
};

const operator: Walk = {
	route: 'operator',
	scenes: [
		{
			name: 'operator-asks',
			arrange: async (page) => {
				await page.goto('/operator');
				await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			}
		},
		{
			name: 'operator-wrong-code',
			arrange: async (page) => {
				await page.getByRole('textbox', { name: 'Code' }).fill('wrong');
				await page.getByRole('button', { name: 'Enter' }).click();
				await expect(page.getByText(/^This is not the code/)).toBeVisible();
			}
		}
	]
};

const missing: Walk = {
	route: 'error',
	expectedErrors: [/404/],
	scenes: [
		{
			name: 'missing',
			arrange: async (page) => {
				await page.goto('/lessons/not-there');
				await expect(page.getByRole('heading', { name: 'This lesson is not here' })).toBeVisible();
			}
		}
	]
};

export const walks: readonly Walk[] = [course, lesson, exercise, myData, operator, missing];
