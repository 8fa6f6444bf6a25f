import path from 'node:path';
import type { Page } from '@playwright/test';
import { thisProject } from '../../starter/project.mjs';
import { openApp, type App } from './app.ts';
import { openBrowser, type Browser } from './browser.ts';
import { openSite, type Site } from './site.ts';

/** What rows measure in. Each thing is there from when it is first asked for, and closed at the end. */
export class Lab {
	readonly #folder = path.join(thisProject.results, 'bench');
	#site: Promise<Site> | undefined;
	#app: Promise<App> | undefined;
	#browser: Promise<Browser> | undefined;
	/** A user agent's name and version. */
	browserVersion = '';

	site(tell: (text: string) => void): Promise<Site> {
		return (this.#site ??= openSite(thisProject.root, path.join(this.#folder, 'site'), tell));
	}

	app(tell: (text: string) => void): Promise<App> {
		return (this.#app ??= openApp(tell));
	}

	/** The browser that rows share: what one of them fetched, the next finds in its cache. */
	browser(tell: (text: string) => void): Promise<Browser> {
		return (this.#browser ??= this.freshBrowser(tell));
	}

	/** One with an empty cache; whoever asks closes it. */
	async freshBrowser(tell: (text: string) => void): Promise<Browser> {
		const browser = await openBrowser(tell);
		this.browserVersion = browser.version;
		return browser;
	}

	async close(): Promise<void> {
		const open = await Promise.allSettled([this.#browser, this.#site, this.#app]);
		for (const one of open) if (one.status === 'fulfilled') await one.value?.close();
	}
}

/** The bench's page, loaded. `query` starts something at once. */
export async function openBenchPage(browser: Browser, site: Site, query = ''): Promise<Page> {
	const page = await browser.newPage();
	const errors: string[] = [];
	page.on('pageerror', (error) => errors.push(error.message));
	await page.goto(`${site.address}${query}`);
	await page
		.waitForFunction(() => 'bench' in window)
		.catch(() => {
			throw new Error(`The bench's page did not start: ${errors.join('; ')}`);
		});
	return page;
}
