import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { PullScript } from '$lib/server/providers/scripted/script';
import { startScriptedServer, type ScriptedServer } from '$lib/server/providers/scripted/server';
import { startBuiltServer, type BuiltServer } from '../server/built-server';
import { expect, expectAccessibleEverywhere, test } from './lesson-page';

/* The operator's page of models, at a server of its own and a scripted model server. */

let pull: PullScript;
let model: ScriptedServer;
let server: BuiltServer;
let folder: string;
const digest = 'ab'.repeat(32);

const start = (): Promise<BuiltServer> =>
	startBuiltServer(path.join(folder, 'data'), { OLLAMA_HOST: model.url });
test.beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-models-'));
	model = await startScriptedServer(
		[{ name: 'mistral:7b', digest, loaded: true }],
		() => ({ text: '' }),
		() => pull
	);
	server = await start();
});
test.afterAll(async () => {
	server.child.kill('SIGTERM');
	await server.gone;
	await model.close();
	await rm(folder, { recursive: true, force: true });
});

async function openAsOperator(page: Page): Promise<void> {
	await page.goto(server.operatorLink());
	await page.waitForURL(`${server.address}/`);
	await page.goto(`${server.address}/operator`);
	await page.getByRole('link', { name: /^Models/ }).click();
	await expect(page.getByText('The built-in explainer explains.')).toBeVisible();
}
/** What a page of a lesson asks before it asks a model. */
const tutor = async (page: Page): Promise<unknown> =>
	(await page.request.get(`${server.address}/api/v1/tutor`)).json();

test('a model is chosen, another one fetched and used, and both go again; the choice outlives the server', async ({
	page
}) => {
	test.setTimeout(60_000);
	await openAsOperator(page);
	const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
	await expect(row('mistral:7b')).toContainText('4.2 GB');
	await expect(row('mistral:7b')).toContainText('in memory, 5.0 GB');
	await expect(row('mistral:7b')).toContainText('It has not explained anything here yet.');
	await page.getByRole('button', { name: 'Use as tutor: mistral:7b' }).click();
	await expect(page.getByText('mistral:7b explains from now on.')).toBeVisible();
	await expect(row('mistral:7b')).toContainText('Explains now');
	expect(await tutor(page)).toEqual({ state: 'ready', tutor: { server: 'ollama', model: 'mistral:7b' } });

	// A download that is stopped changes nothing.
	pull = { bytes: 3.3e9, pieces: 1_000, gapMs: 50 };
	const download = page.getByRole('button', { name: 'Download and use: gemma3:4b' });
	await download.click();
	await expect(page.getByRole('progressbar', { name: 'Downloading gemma3:4b' })).toBeVisible();
	await expect(page.getByText(/0\.\d of 3\.3 GB/)).toBeVisible();
	await expectAccessibleEverywhere(page);
	await page.getByRole('button', { name: 'Stop downloading' }).click();
	await expect(page.getByText(/^Stopped\./)).toBeVisible();

	// One that fails says why; one that ends makes the model the tutor.
	pull = { bytes: 0, pieces: 0, error: 'pull model manifest: file does not exist' };
	await download.click();
	await expect(page.getByText('file does not exist')).toBeVisible();
	pull = { bytes: 3.3e9, pieces: 4, gapMs: 20 };
	await download.click();
	await expect(page.getByText('gemma3:4b explains from now on.')).toBeVisible();
	await expect(row('gemma3:4b')).toContainText('Explains now');
	await expect(download).toHaveCount(0);

	await page.getByRole('button', { name: 'Remove: gemma3:4b' }).click();
	await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
	await page.getByRole('button', { name: 'Remove it' }).click();
	await expect(page.getByText('The built-in explainer stands in')).toBeVisible();
	expect(await tutor(page)).toMatchObject({ state: 'no-such-model' });
	await page.getByRole('button', { name: 'Use the built-in explainer' }).click();
	await expect(page.getByText('The built-in explainer explains.')).toBeVisible();

	await page.getByRole('button', { name: 'Use as tutor: mistral:7b' }).click();
	await expect(row('mistral:7b')).toContainText('Explains now');
	server.child.kill('SIGTERM');
	await server.gone;
	server = await start();
	expect(await tutor(page)).toMatchObject({ state: 'ready', tutor: { model: 'mistral:7b' } });
});

test.describe('everybody else', () => {
	test.use({ expectedErrors: [/status of 403/] });
	test('is told whose page it is', async ({ page }) => {
		await page.goto(`${server.address}/models`);
		await expect(page.getByText(/^This page is for the operator/)).toBeVisible();
	});
});
