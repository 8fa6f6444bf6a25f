import { openBenchPage, type Lab } from '../lab.ts';
import { type Row } from '../measure.ts';
import type { Browser } from '../browser.ts';
import type { Page } from '@playwright/test';

const [few, many] = [20, 500];
const readings = 7;

/** Whether desk and bench grow with use. */
export function memoryRow(lab: Lab): Row {
	return {
		name: 'memory',
		title: `Memory of desk and bench after ${many} runs`,
		async measure(tell) {
			const browser = await lab.freshBrowser(tell);
			try {
				const page = await openBenchPage(browser, await lab.site(tell));
				tell('starting desk and bench');
				await page.evaluate(() => window.bench.open(['desk']));
				await page.evaluate((count) => window.bench.runMany(count), few);
				const before = await settled(browser, page, tell);
				for (let done = few; done < many; done += 40) {
					tell(`${done} of ${many} runs`);
					await page.evaluate((count) => window.bench.runMany(count), Math.min(40, many - done));
				}
				const after = await settled(browser, page, tell);
				return [
					{
						what: `memory after ${many} runs ÷ after ${few}`,
						ours: { name: `after ${many}`, unit: 'MB', values: after },
						base: { name: `after ${few}`, unit: 'MB', values: before },
						// The reading with the least garbage in it.
						by: 'least',
						limit: 1.15,
						note: 'all of the browser’s processes'
					}
				];
			} finally {
				await browser.close();
			}
		}
	};
}

/** Several readings, a second apart, after what is garbage in the page was collected. */
async function settled(browser: Browser, page: Page, tell: (text: string) => void): Promise<number[]> {
	const session = await page.context().newCDPSession(page);
	const found: number[] = [];
	for (let reading = 1; reading <= readings; reading++) {
		tell(`reading ${reading} of ${readings}`);
		await session.send('HeapProfiler.collectGarbage');
		await page.waitForTimeout(1_000);
		const megabytes = await browser.memory();
		if (megabytes === undefined)
			throw new Error('This system does not tell how much memory a process has (/proc/ID/smaps_rollup).');
		found.push(megabytes);
	}
	await session.detach();
	return found;
}
