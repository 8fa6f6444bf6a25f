import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { build } from '../../starter/build.mjs';
import { thisProject } from '../../starter/project.mjs';
import { createTeller } from '../../starter/say.mjs';
import { startBuiltServer } from '../server/built-server.ts';
import type { Browser } from './browser.ts';

/** The program as it is shipped: the server of production with a database of its own. */
export type App = { readonly address: string; close(): Promise<void> };

/** Builds it first, unless that was done from these sources. */
export async function openApp(
	tell: (text: string) => void,
	env: Readonly<Record<string, string>> = {}
): Promise<App> {
	tell('building the program, unless that was done already');
	await build(thisProject, createTeller());
	tell('starting the server');
	const data = await mkdtemp(path.join(tmpdir(), 'procoder-bench-data-'));
	const { child, address, gone } = await startBuiltServer(data, env);
	// Also when the bench is broken off: nothing else would end the server then.
	const end = (): void => {
		child.kill('SIGTERM');
	};
	process.once('exit', end);
	const close = async (): Promise<void> => {
		end();
		await gone;
		process.off('exit', end);
		await rm(data, { recursive: true, force: true });
	};
	return { address: `${address}/`, close };
}

/** A lesson, with Python there. */
export async function openLesson(browser: Browser, app: App, id = 'first-functions'): Promise<Page> {
	const page = await browser.newPage();
	await page.goto(`${app.address}lessons/${id}`);
	await expect(page.getByText('Python ready')).toBeVisible({ timeout: 90_000 });
	return page;
}

/** A cell as a person finds it: by role and name. */
export class Cell {
	readonly #page: Page;
	readonly root: Locator;

	constructor(page: Page, number: number) {
		this.#page = page;
		this.root = page.getByRole('group', { name: new RegExp(`^Cell ${number}\\b`) });
	}

	/** Run and Stop are one button. */
	get button(): Locator {
		return this.root.getByRole('button', { name: /^(?:Run cell|Stop)$/ });
	}

	get status(): Locator {
		return this.root.getByRole('status');
	}

	get output(): Locator {
		return this.root.getByRole('region', { name: 'Output', exact: true });
	}

	/** Replaces the code, as pasting over it would. */
	async write(code: string): Promise<void> {
		const editor = this.root.getByRole('textbox', { name: 'Code', exact: true });
		await editor.click();
		await editor.press('ControlOrMeta+a');
		await editor.press('Delete');
		await this.#page.keyboard.insertText(code);
	}
}
