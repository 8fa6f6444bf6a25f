import type { Locator, Page } from '@playwright/test';
import * as v from 'valibot';
import { ModelName } from '$lib/domain/model';
import type { ModelsReport } from '$lib/domain/tutor-model';
import { Cell, expect, fillStorage, openLesson, saved } from './lesson-page';

const themes = ['light', 'dark'] as const;
const widths = [360, 768, 1280, 1800] as const;
export type Look = `${(typeof widths)[number]}-${(typeof themes)[number]}`;
export const looks: readonly Look[] = widths.flatMap((width) =>
	themes.map((theme) => `${width}-${theme}` as const)
);

/**
 * One state of one page as somebody sees it. Scenes of one walk follow one another on the same open page, because opening a lesson
 * takes seconds; the first of a walk opens it.
 */
export type Scene = {
	readonly name: string;
	readonly arrange: (page: Page) => Promise<void>;
	/** What is to be seen at every width, which is not at the same place in each; without it, the top of the page. */
	readonly shows?: (page: Page) => Locator;
	/** What is opened last, because it closes when the page is moved. */
	readonly opens?: (page: Page) => Promise<void>;
	/** The looks at it of which a picture is kept, for later ones to be compared with. */
	readonly pictured?: readonly Look[];
};
/** `route`: the folder in src/routes whose page this is; `error` is the page for what is not there. */
export type Walk = {
	readonly route: string;
	readonly scenes: readonly Scene[];
	/** What the browser says in its console and cannot be kept from saying. */
	readonly expectedErrors?: readonly RegExp[];
};

const noteIn = (page: Page) => page.getByText('Not saved yet');
const away = '**/api/v1/**';
/** The group of a cell's parts has no box of its own, so its frame is what is brought into view. */
const cellShown = (number: number) => (page: Page) => new Cell(page, number).root.locator('.cell').first();

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
				const complete = saved(page, /\/events$/, 'POST');
				await cell.explain();
				await complete;
			},
			shows: cellShown(1),
			pictured: ['360-dark', '1280-light', '1800-dark']
		},
		{
			name: 'tried-and-scratch',
			arrange: async (page) => {
				const { explanation, root } = new Cell(page, 1);
				const answers = explanation.getByRole('log', { name: 'Calls that you tried' });
				for (const [number, call] of ['greet("Bo")', 'greet(3)', 'greet("Bo") + 1'].entries()) {
					await explanation.getByLabel('Try a call').fill(call);
					await page.keyboard.press('Enter');
					await expect(answers.getByRole('listitem')).toHaveCount(number + 1);
					await expect(answers).not.toContainText('Running it', { timeout: 30_000 });
				}
				await explanation.getByRole('button', { name: 'Run this' }).first().click();
				await expect(root.getByRole('group', { name: /^Scratch cell/ }).getByText(/done in/)).toBeVisible({
					timeout: 60_000
				});
			},
			shows: (page) => new Cell(page, 1).explanation.getByRole('log', { name: 'Calls that you tried' }),
			pictured: ['768-light']
		},
		{
			name: 'scratch',
			arrange: async (page) => {
				await expect(new Cell(page, 1).root.getByRole('group', { name: /^Scratch cell/ })).toBeVisible();
			},
			shows: (page) => new Cell(page, 1).root.getByRole('group', { name: /^Scratch cell/ })
		},
		{
			name: 'rating-details',
			arrange: async (page) => {
				const { explanation, root } = new Cell(page, 1);
				await root
					.getByRole('group', { name: /^Scratch cell/ })
					.getByRole('button', { name: 'Close' })
					.click();
				await explanation.getByRole('button', { name: 'Not helpful' }).click();
				await expect(explanation.getByText(/^Thank you\./)).toBeVisible();
				await explanation.getByText('Unclear', { exact: true }).click();
				await explanation.getByText('3 of 5, fair').first().click({ force: true });
				await explanation.getByRole('textbox', { name: /^Anything else/ }).fill('What is a parameter?');
			},
			shows: (page) => new Cell(page, 1).explanation.getByText(/^Thank you\./),
			pictured: ['360-light']
		},
		{
			name: 'rated',
			arrange: async (page) => {
				const { explanation } = new Cell(page, 1);
				await explanation.getByRole('button', { name: 'Save' }).click();
				await expect(explanation.getByRole('button', { name: 'Change' })).toBeVisible();
			},
			shows: (page) => new Cell(page, 1).explanation.getByText(/^Thank you\./)
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
			},
			shows: cellShown(2),
			pictured: ['360-dark', '1800-light']
		},
		{
			name: 'running',
			arrange: async (page) => {
				const two = new Cell(page, 2);
				await two.write('while True:\n    pass');
				await two.button('Run cell').click();
				await expect(two.button('Stop')).toBeVisible();
			},
			shows: cellShown(2)
		},
		{
			name: 'restarted',
			arrange: async (page) => {
				await new Cell(page, 2).button('Stop').click();
				await new Cell(page, 2).ended();
				await page.getByRole('button', { name: 'Restart Python' }).first().click();
				await expect(page.getByText('Python was started again').first()).toBeVisible({ timeout: 60_000 });
			},
			shows: cellShown(2)
		},
		{
			name: 'keys',
			arrange: async (page) => {
				await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
				await new Cell(page, 2).code.focus();
				await page.keyboard.press('Escape');
				await page.keyboard.press('?');
				await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
			},
			pictured: ['1280-dark']
		},
		{
			name: 'server-away',
			arrange: async (page) => {
				await page.keyboard.press('Escape');
				const restarted = page.getByRole('region', { name: 'Python was started again' });
				await restarted.getByRole('button', { name: 'Close' }).click();
				await expect(restarted).toBeHidden();
				await page.route(away, (route) => route.abort());
				await new Cell(page, 1).write('x = 1');
				await expect(noteIn(page).first()).toBeVisible();
			},
			pictured: ['768-light']
		}
	]
};

const historyOf = (page: Page) => page.getByRole('dialog', { name: 'Earlier versions of cell' });

async function openHistory(page: Page): Promise<void> {
	const cell = new Cell(page, 1);
	await cell.button('More about this cell').click();
	await cell.button('Earlier versions').click();
	await expect(historyOf(page)).toBeVisible();
}

/** What becomes of a text: its versions, a reset, another tab's, a newer one in the lesson. */
const texts: Walk = {
	route: 'lessons/[lesson]',
	expectedErrors: [/ERR_FAILED|409/],
	scenes: [
		{
			name: 'history-empty',
			arrange: async (page) => {
				await openLesson(page);
				await openHistory(page);
				await expect(historyOf(page).getByText('There is no other text yet.')).toBeVisible();
			}
		},
		{
			name: 'history',
			arrange: async (page) => {
				await page.keyboard.press('Escape');
				const cell = new Cell(page, 1);
				for (const guest of ['Bo', 'Cleo', 'Dora']) {
					const kept = saved(page, /\/drafts\//);
					await cell.write(`def greet(name):\n    return "Hello, " + name + "."\n\ngreet("${guest}")`);
					await cell.run();
					await kept;
				}
				await openHistory(page);
				await expect(historyOf(page).getByRole('deletion')).toHaveText('greet("Dora")');
			},
			pictured: ['360-dark', '1280-light']
		},
		{
			name: 'reset',
			arrange: async (page) => {
				await page.keyboard.press('Escape');
				const cell = new Cell(page, 1);
				await cell.button('Reset cell').click();
				await expect(cell.root.getByText('is among the earlier versions of this cell')).toBeVisible();
				await expect(cell.button('Undo')).toBeVisible();
			},
			shows: cellShown(1),
			pictured: ['360-light']
		},
		{
			name: 'other-tab',
			arrange: async (page) => {
				const other = await page.context().newPage();
				await openLesson(other);
				const put = saved(other, /\/drafts\//);
				await new Cell(other, 2).write('theirs = 1');
				await put;
				const two = new Cell(page, 2);
				await two.write('ours = 1');
				await expect(two.root.getByText('changed in another tab')).toBeVisible();
				await other.close();
			},
			shows: cellShown(2),
			pictured: ['768-dark']
		},
		{
			name: 'new-text',
			arrange: async (page) => {
				await page.route('**/drafts/**', (route) => route.abort());
				const cell = new Cell(page, 1);
				await cell.write('def greet(name):\n    return "Good day, " + name + "."\n\ngreet("Ada")');
				await expect(noteIn(page).first()).toBeVisible();
				// The text that this work was begun from becomes another one, as if the lesson had changed since.
				await page.goto('/my-data');
				await page.evaluate(() => {
					for (const key of Object.keys(localStorage).filter((one) => one.startsWith('procoder.draft.'))) {
						const text = localStorage.getItem(key) ?? '';
						localStorage.setItem(key, text.replace(/"starter":"/, '"starter":"# An older text\\n'));
					}
				});
				await page.unroute('**/drafts/**');
				await openLesson(page);
				await cell.button('Compare').click();
				await expect(cell.root.getByRole('insertion').first()).toBeVisible();
			},
			shows: cellShown(1),
			pictured: ['360-dark', '1280-light']
		}
	]
};

const fullStorage: Walk = {
	route: 'lessons/[lesson]',
	expectedErrors: [/ERR_FAILED/],
	scenes: [
		{
			name: 'storage-full',
			arrange: async (page) => {
				await openLesson(page);
				await fillStorage(page);
				await new Cell(page, 3).write('full = "but saved"');
				await expect(page.getByText('Your work is saved on the server alone')).toBeVisible();
			}
		},
		{
			name: 'storage-full-and-server-away',
			arrange: async (page) => {
				await page.route(away, (route) => route.abort());
				await new Cell(page, 3).write('full = "and alone"');
				await expect(page.getByText('your last changes are on this page alone')).toBeVisible();
			},
			pictured: ['360-light']
		}
	]
};

const withoutCookies: Walk = {
	route: 'lessons/[lesson]',
	scenes: [
		{
			name: 'cookies-blocked',
			arrange: async (page) => {
				// As the page finds it where somebody blocks them; keeping.test.ts has a browser that really does.
				await page.addInitScript(() => {
					Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => undefined });
				});
				await openLesson(page);
				await expect(page.getByText('This browser keeps no cookies for this page')).toBeVisible();
			}
		},
		{
			name: 'python-missing',
			arrange: async (page) => {
				await page.route('**/*.wasm', (route) => route.abort());
				await page.reload();
				await expect(page.getByText(/Load the page again; reading and typing work meanwhile/)).toBeVisible();
			}
		}
	],
	expectedErrors: [/ERR_FAILED/]
};

/** What runs leave behind: long text, a table, a question, and cells that what they used has left behind. */
const outputs: Walk = {
	route: 'lessons/[lesson]',
	scenes: [
		{
			name: 'long-output',
			arrange: async (page) => {
				await openLesson(page);
				const cell = new Cell(page, 1);
				await cell.write('for n in range(2000):\n    print("line", n)');
				await cell.run();
				await expect(cell.button('Show all 2,000 lines')).toBeVisible();
			},
			shows: cellShown(1)
		},
		{
			name: 'table',
			arrange: async (page) => {
				const cell = new Cell(page, 1);
				await cell.write(
					'[\n    {"dish": "tomato soup", "price": 4.5, "is_warm": True},\n    {"dish": "bread", "price": 2, "is_warm": False},\n]'
				);
				await cell.run();
				await expect(cell.output.getByRole('table')).toBeVisible();
			},
			shows: cellShown(1),
			pictured: ['360-light']
		},
		{
			name: 'asks',
			arrange: async (page) => {
				const cell = new Cell(page, 1);
				await cell.write('name = input("Your name? ")\nprint("Hello,", name)');
				await cell.button('Run cell').click();
				await expect(cell.output.getByLabel('The program asks: Your name?')).toBeFocused();
			},
			shows: cellShown(1),
			pictured: ['1280-dark']
		},
		{
			name: 'stale',
			arrange: async (page) => {
				const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
				await one.output.getByLabel('The program asks: Your name?').fill('Ada');
				await page.keyboard.press('Enter');
				await one.ended();
				await one.write('prices = [3, 4]');
				await one.run();
				await two.write('total = sum(prices)\ntotal');
				await two.run();
				await one.write('prices = [3, 4, 5]');
				await one.run();
				await expect(two.root.getByText(/^prices was changed by cell 1/)).toBeVisible();
			},
			shows: cellShown(2),
			pictured: ['360-dark']
		},
		{
			name: 'prediction-asked',
			arrange: async (page) => {
				await expect(new Cell(page, 4).root.getByText('What will appear below this cell?')).toBeVisible();
			},
			shows: cellShown(4),
			pictured: ['768-dark']
		},
		{
			name: 'prediction-compared',
			arrange: async (page) => {
				const four = new Cell(page, 4);
				await four.root.getByLabel('What will appear below this cell?').fill('24');
				await four.button('Run and compare').click();
				await expect(four.root.getByText('Not what you expected')).toBeVisible();
			},
			shows: cellShown(4),
			pictured: ['1280-light']
		}
	]
};

const resultIn = (page: Page) => exerciseCell(page).getByRole('region', { name: 'Result of the check' });

/** What else a lesson can hold, opened and answered. */
const exercise: Walk = {
	route: 'lessons/[lesson]',
	scenes: [
		{
			name: 'exercise-checked',
			arrange: async (page) => {
				await openLesson(page);
				await check(page);
				await expect(resultIn(page)).toContainText('does not pass yet');
			},
			shows: (page) => exerciseCell(page).locator('.cell').first(),
			pictured: ['360-light']
		},
		{
			name: 'exercise-hints',
			arrange: async (page) => {
				const cell = exerciseCell(page);
				for (let hint = 0; hint < 3; hint++)
					await cell.getByRole('button', { name: 'Hint', exact: true }).click();
				await expect(cell.getByRole('button', { name: 'Solution', exact: true })).toBeVisible();
			},
			shows: resultIn
		},
		{
			name: 'solution-asked',
			arrange: async (page) => {
				const cell = exerciseCell(page);
				await cell.getByRole('button', { name: 'Solution', exact: true }).click();
				await expect(cell.getByRole('group', { name: 'Show the solution now?' })).toBeFocused();
			},
			shows: (page) => exerciseCell(page).getByRole('group', { name: 'Show the solution now?' })
		},
		{
			name: 'solution-shown',
			arrange: async (page) => {
				const cell = exerciseCell(page);
				await cell.getByRole('button', { name: 'Show it', exact: true }).click();
				await expect(cell.getByText('Only the number changes.')).toBeVisible();
				await new Cell(page, 5).write('def ticket_price(people):\n    return people * 5\n\nticket_price(3)');
				await expect(cell.getByText('From your code to this one')).toBeVisible();
				await expect(cell.getByRole('insertion').first()).toBeVisible();
			},
			shows: (page) => exerciseCell(page).getByText('Hint 3 of 3'),
			pictured: ['1280-light']
		},
		{
			name: 'exercise-solved',
			arrange: async (page) => {
				await exerciseCell(page).getByRole('button', { name: 'Solution', exact: true }).click();
				await new Cell(page, 5).write('def ticket_price(people):\n    return people * 6\n\nticket_price(3)');
				await check(page);
				await expect(resultIn(page)).toContainText('Solved, as far as');
			},
			shows: (page) => exerciseCell(page).locator('.cell').first(),
			pictured: ['360-dark', '1280-light']
		},
		{
			name: 'lesson-end',
			arrange: async (page) => {
				await expect(page.getByRole('navigation', { name: 'Previous and next lesson' })).toBeAttached();
			},
			shows: (page) => page.getByRole('heading', { name: 'What you can do now' }),
			pictured: ['360-light', '1800-dark']
		},
		{
			name: 'quiz-answered',
			arrange: async (page) => {
				for (const [number, option] of [0, 0].entries()) {
					const quiz = quizOf(page, number);
					await quiz.getByRole('button').nth(option).click();
					await expect(quiz.getByText(/^(Right|Not this one)\./).first()).toBeVisible();
				}
			},
			shows: (page) => quizOf(page, 0),
			pictured: ['768-dark']
		}
	]
};

const quizOf = (page: Page, number: number) => page.getByRole('region', { name: 'Question' }).nth(number);

async function check(page: Page): Promise<void> {
	const cell = exerciseCell(page);
	const button = cell.getByRole('button', { name: 'Check', exact: true });
	await button.click();
	await expect(resultIn(page)).toContainText(/pass/, { timeout: 60_000 });
	await expect(button).toBeVisible({ timeout: 60_000 });
}

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
			},
			pictured: ['360-light', '1280-dark']
		},
		{
			name: 'course-found',
			arrange: async (page) => {
				const field = page.getByRole('searchbox', { name: 'Search the lessons' });
				await field.fill('range stops');
				await expect(page.getByRole('list', { name: 'What was found' })).toBeVisible();
			},
			pictured: ['768-dark']
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
			},
			pictured: ['1800-light']
		}
	]
};

const removeIn = (page: Page) => new Cell(page, 2).root.getByRole('button', { name: 'Remove cell' });
async function openMenu(page: Page): Promise<void> {
	if (!(await removeIn(page).isVisible())) await new Cell(page, 2).button('More about this cell').click();
	await expect(removeIn(page)).toBeVisible();
}

const play: Walk = {
	route: 'play',
	scenes: [
		{
			name: 'play-empty',
			arrange: async (page) => {
				await page.goto('/play');
				await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
			}
		},
		{
			name: 'play-explained',
			arrange: async (page) => {
				const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
				await one.write('def double(number):\n    return number * 2');
				await one.run();
				await page.getByRole('button', { name: 'Add cell', exact: true }).click();
				await expect(two.code).toBeFocused();
				await page.keyboard.insertText('double(21)');
				await two.run();
				await expect(two.output).toContainText('42');
				await one.explain();
			}
		},
		{
			name: 'play-menu',
			arrange: async (page) => {
				await expect(new Cell(page, 2).button('More about this cell')).toBeVisible();
			},
			opens: openMenu,
			shows: cellShown(2),
			pictured: ['1280-light']
		},
		{
			name: 'play-removed',
			arrange: async (page) => {
				await openMenu(page);
				await removeIn(page).click();
				await expect(page.getByText('The cell was removed.')).toBeVisible();
			}
		},
		{
			name: 'play-refused',
			arrange: async (page) => {
				await page.getByRole('button', { name: 'Bring it back' }).click();
				await page
					.locator('input[type=file]')
					.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('x') });
				await expect(page.getByText(/^Only notebooks/)).toBeVisible();
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
			},
			shows: (page) => page.getByRole('heading', { name: 'Delete everything' }),
			pictured: ['360-dark']
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

const modelsReport: ModelsReport = {
	tutor: { state: 'ready', tutor: { server: 'ollama', model: v.parse(ModelName, 'mistral:7b') } },
	roles: [
		{
			role: 'explain',
			temperature: 0.7,
			topP: 0.9,
			contextTokens: 8_192,
			answerTokens: 2_048,
			keepAlive: '30m'
		}
	],
	servers: [
		{
			answers: true,
			server: 'ollama',
			address: 'http://127.0.0.1:11434',
			models: [
				{
					id: 'mistral:7b',
					bytes: 4.4e9,
					parameters: '7.2B',
					quantization: 'Q4_K_M',
					contextTokens: 32_768,
					running: { bytes: 6.1e9, contextTokens: 8_192 },
					record: { answers: 41, tokensPerSecond: 38.2, claims: 212, confirmed: 187 }
				},
				{ id: 'hf.co/a-long-name/of-a-model-that-somebody-has-tuned-for-a-school-GGUF:Q4_K_M', bytes: 1.1e9 }
			]
		},
		{
			answers: false,
			server: 'openai-compatible',
			address: 'http://127.0.0.1:8000/v1',
			why: 'not-running',
			detail: 'fetch failed · ECONNREFUSED',
			advice: 'Start the model server, or set OPENAI_BASE_URL to where it runs.'
		}
	],
	selectable: [
		{
			id: v.parse(ModelName, 'gemma3:4b'),
			kind: 'instruct',
			bytes: 3.3e9,
			memoryBytes: 4e9,
			installed: false
		},
		{
			id: v.parse(ModelName, 'codellama:7b-code-q4_1'),
			kind: 'base',
			bytes: 4.2e9,
			memoryBytes: 9e9,
			installed: false
		}
	]
};

const models: Walk = {
	route: 'models',
	expectedErrors: [/status of 403/],
	scenes: [
		{
			name: 'models-forbidden',
			arrange: async (page) => {
				await page.goto('/models');
				await expect(page.getByText(/^This page is for the operator/)).toBeVisible();
			}
		},
		{
			name: 'models',
			arrange: async (page) => {
				await page.route('**/api/v1/models', (route) => route.fulfill({ json: modelsReport }));
				await page.reload();
				await expect(page.getByText('mistral:7b explains.')).toBeVisible();
			}
		},
		{
			name: 'models-pulling',
			arrange: async (page) => {
				const part = { state: 'fetching', step: 'pulling', bytes: 1.2e9, allBytes: 3.3e9 };
				// What is cut after this ends the download, so the page is looked at while it waits for more.
				await page.addInitScript(
					(text) => {
						const usual = window.fetch.bind(window);
						window.fetch = (input, init) => {
							if (input !== '/api/v1/models/pull') return usual(input, init);
							const body = new ReadableStream({
								start: (controller) => controller.enqueue(new TextEncoder().encode(text))
							});
							return Promise.resolve(new Response(body));
						};
					},
					`data: ${JSON.stringify(part)}\n\n`
				);
				await page.reload();
				await page.getByRole('button', { name: 'Download and use: gemma3:4b' }).click();
				await expect(page.getByText('1.2 of 3.3 GB')).toBeVisible();
			},
			shows: (page) => page.getByRole('heading', { name: 'More models for Ollama' })
		},
		{
			name: 'models-sure',
			arrange: async (page) => {
				await page.reload();
				await page.getByRole('button', { name: 'Remove: mistral:7b' }).click();
				await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
			},
			shows: (page) => page.getByRole('heading', { name: 'Ollama', exact: true })
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
			},
			pictured: ['1280-light']
		}
	]
};

// The longest first, so that none of them is left for the end.
export const walks: readonly Walk[] = [
	lesson,
	texts,
	outputs,
	exercise,
	play,
	fullStorage,
	withoutCookies,
	course,
	myData,
	operator,
	models,
	missing
];
