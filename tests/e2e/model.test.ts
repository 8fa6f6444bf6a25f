import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Script } from '$lib/server/providers/scripted/script';
import { startScriptedServer, type ScriptedServer } from '$lib/server/providers/scripted/server';
import { workedAnswers } from '$lib/tutor/worked-answers';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import { Cell, expect, expectAccessibleEverywhere, sharedLesson, test } from './lesson-page';

/*
 * A page that asks a model: a server of its own, and a scripted model server that does what each test says. One page for all of them,
 * because Python starts once.
 */

const [worked] = workedAnswers;
const code = worked?.code ?? '';
const drinks = "count_long(['tea', 'coffee'], 3)";
const three = "count_long(['a', 'abc', 'abcd'], 2)";
const returns = (id: string, call: string, expect: string) => ({
	id,
	kind: 'returns',
	probe: { call },
	expect
});
const purpose = {
	text: 'It counts the words that are longer than `limit`, here {drinks}. There are always 7 words.',
	claims: [returns('drinks', drinks, '1')]
};
const steps = [
	{ from: 1, to: 2, text: 'It starts to count from nothing.', claims: [] },
	{ from: 3, to: 6, text: 'It looks at each word, and gives back what it counted.', claims: [] }
];
const empty = returns('none', 'count_long([], 3)', '0');
const answer = ({ example = '2', none = '0' } = {}): string =>
	JSON.stringify({
		purpose,
		steps,
		examples: [returns('three', three, example)],
		edgeCases: [{ why: 'Without any word the loop has nothing to do.', claim: { ...empty, expect: none } }]
	});
const tokenChars = 4;
/** How many tokens it takes to write the answer up to there. */
const until = (text: string, end: string): number => Math.ceil((text.indexOf(end) + end.length) / tokenChars);

const silence: Script = { text: '', end: { kind: 'stall', after: 0 } };
/** The purpose is there, and then nothing comes any more. */
const half = (text = answer()): Script => ({
	text,
	tokenChars,
	end: { kind: 'stall', after: until(text, '"steps"') }
});

let script: (isRepair: boolean) => Script;
let model: ScriptedServer;
let server: BuiltServer;
let folder: string;

test.beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-model-'));
	const place = path.join(folder, 'lessons', '01-words');
	await mkdir(place, { recursive: true });
	const cells = [code, 'def double(n):\n    return 2 * n'].map(
		(text, at) => `\`\`\`{python}\n#| id: cell-${at}\n${text}\n\`\`\`\n`
	);
	await writeFile(
		path.join(place, 'index.md'),
		`---\ntitle: Words\nsummary: About words.\n---\n\nCount them.\n\n${cells.join('\nAnd then:\n\n')}`
	);
	model = await startScriptedServer([{ name: 'mistral:7b', digest: 'ab'.repeat(32) }], (asked) =>
		script(JSON.stringify(asked.messages).includes('## Evidence'))
	);
	server = await startBuiltServer(path.join(folder, 'data'), {
		LESSONS_DIR: path.join(folder, 'lessons'),
		OLLAMA_HOST: model.url,
		TUTOR_MODEL: 'mistral:7b'
	});
});
test.afterAll(async () => {
	server.child.kill('SIGTERM');
	await server.gone;
	await model.close();
	await rm(folder, { recursive: true, force: true });
});

const lesson = sharedLesson(undefined, async (page) => {
	await page.goto(`${server.address}/lessons/words`);
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 60_000 });
});

/** Where an explanation is asked for and read. */
function asked(number = 1) {
	const cell = new Cell(lesson(), number);
	const { explanation } = cell;
	const section = (name: string) => explanation.getByRole('heading', { name, exact: true });
	const stop = explanation.getByRole('button', { name: 'Stop explaining' });
	const row = (call: string) => explanation.getByRole('listitem').filter({ hasText: call });
	return { cell, explanation, section, stop, row };
}

async function stopped({ explanation, stop }: ReturnType<typeof asked>): Promise<void> {
	const from = Date.now();
	await stop.click();
	await expect(explanation.getByText('Stopped. What was written until then stays.')).toBeVisible();
	// A second is what is promised; the machine of a test may be busy with others.
	expect(Date.now() - from).toBeLessThan(2_500);
	await expect.poll(() => model.received.at(-1)?.left).toBe(true);
}

test('what the model says is there while it writes, its claims run; Stop stops it, after a reload, too', async () => {
	script = () => half();
	const { cell, explanation, section, stop } = asked();
	await cell.button('Explain').click();
	await expect(explanation.getByTitle('confirmed', { exact: true })).toHaveText('1');
	await expect(section('Purpose')).toBeVisible();
	await expect(section('Example')).toHaveCount(0);
	await expect(explanation).toContainText('mistral:7b');
	await expect(explanation).toContainText('The model’s words. Only marked values were run.');
	await expect(explanation).toContainText('The model is writing. 1 of 1 checked');
	await expect(explanation.getByText('There are always 7 words.')).toContainText('not checked');
	await look('streaming');

	await lesson().reload();
	await expect(explanation.getByTitle('confirmed', { exact: true })).toHaveText('1');
	await expect(stop).toBeVisible();
	expect(model.received).toHaveLength(1);
	expect(model.received[0]?.left).toBe(false);
	await stopped(asked());
	// What was true stays.
	await expect(explanation.getByTitle('confirmed', { exact: true })).toHaveText('1');
	await look('stopped');
});

test('one waits for the other, and says so', async () => {
	script = () => silence;
	const [first, second] = [asked(1), asked(2)];
	await first.cell.button('Explain').click();
	await expect(first.stop).toBeVisible();
	await second.cell.button('Explain').click();
	await expect(second.explanation).toContainText('Yours is next. The model is still at another explanation.');
	await look('queued', 2);
	await second.stop.click();
	await expect(second.explanation).toContainText('Stopped.');
	await stopped(first);
});

test('a claim that a run refutes is repaired or replaced, and stays folded behind what is true', async () => {
	script = (isRepair) =>
		isRepair
			? { text: JSON.stringify({ claims: [returns('three', three, '2'), { ...empty, expect: '8' }] }) }
			: { text: answer({ example: '3', none: '9' }), tokenChars: 40 };
	const { cell, explanation, row } = asked();
	await cell.button('Explain').click();
	await expect(explanation).toContainText('3 of 3 confirmed by running your code');
	// The model's own second word was true.
	await expect(row(three)).toContainText('confirmed');
	const lie = row(three).getByText('The model said 3, your code gives 2');
	await expect(lie).toBeVisible();
	await expect(row(three).getByRole('deletion')).toBeHidden();
	await lie.click();
	await expect(row(three).getByRole('deletion')).toContainText('3');
	// It lied about the other one twice.
	const folded = explanation.getByText('The model was wrong here 2 times');
	await expect(folded).toBeVisible();
	await look('refuted');
	await folded.click();
	await expect(explanation.getByRole('deletion').filter({ hasText: '9' })).toBeVisible();
	await look('refuted-open');
});

test('a model server that dies in the middle of a word costs nothing that was true', async () => {
	const text = answer();
	script = () => ({ text, tokenChars, end: { kind: 'torn', after: until(text, 'looks at'), where: 'line' } });
	const { cell, explanation, section } = asked();
	await cell.button('Explain').click();
	await expect(explanation).toContainText('The model broke off. The built-in explainer wrote the rest.');
	await expect(explanation).toContainText(/(\d+) of \1 confirmed by running your code/, { timeout: 60_000 });
	await expect(explanation).toContainText('mistral:7b, then built-in');
	await expect(explanation).toContainText('It starts to count from nothing.');
	await expect(explanation).toContainText('It looks at …');
	await expect(section('Edge cases')).toBeVisible();
	await look('killed');
});

test('what was asked before is told at once and says so, and can be asked anew', async () => {
	script = () => ({ text: answer(), tokenChars: 40 });
	const { cell, explanation } = asked();
	const kept = explanation.getByText('The model has answered this before.');
	for (const isKept of [false, true]) {
		await cell.button('Explain').click();
		await expect(explanation).toContainText('3 of 3 confirmed by running your code');
		await expect(kept).toHaveCount(isKept ? 1 : 0);
	}
	await look('recalled');
	const before = model.received.length;
	await explanation.getByRole('button', { name: 'Ask again' }).click();
	await expect(kept).toHaveCount(0);
	await expect(explanation).toContainText('3 of 3 confirmed by running your code');
	expect(model.received).toHaveLength(before + 1);
});

/** A folder for pictures of every state, for people to look at. */
const album = process.env['PROCODER_SHOTS'];

async function look(name: string, number = 1): Promise<void> {
	const page = lesson();
	if (album === undefined) return expectAccessibleEverywhere(page, '.explanation');
	for (const width of [360, 1280])
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.setViewportSize({ width, height: 900 });
			await page.emulateMedia({ colorScheme });
			const { explanation } = asked(number);
			await explanation.evaluate((element) => scrollBy(0, element.getBoundingClientRect().top - 90));
			await page.screenshot({ path: path.join(album, `model-${name}-${width}-${colorScheme}.png`) });
		}
	await page.setViewportSize({ width: 1280, height: 900 });
}
