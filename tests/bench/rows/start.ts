import { openBenchPage, type Lab } from '../lab.ts';
import { interleaved, type Row } from '../measure.ts';
import type { Kind } from '../page/main.ts';

const kinds = ['runner', 'plain'] as const satisfies Kind[];

/** How long the runner takes to start, against Pyodide started plainly in the same kind of frame from the same hand-over. */
export function bootRow(lab: Lab, rounds: number): Row {
	return {
		name: 'boot',
		title: 'Boot in a warm frame',
		async measure(tell) {
			const page = await openBenchPage(await lab.browser(tell), await lab.site(tell));
			const found = await interleaved(
				kinds,
				rounds,
				(kind) => page.evaluate((one) => window.bench.boot(one), kind),
				tell
			);
			await page.close();
			const both = (name: 'bootMs' | 'restartMs') => ({
				ours: { name: 'runner', unit: 'ms' as const, values: found.runner.map((one) => one[name]) },
				base: { name: 'plain', unit: 'ms' as const, values: found.plain.map((one) => one[name]) }
			});
			return [
				{ what: 'boot in a warm frame', ...both('bootMs'), limit: 0.2 },
				{ what: 'restart in a booted frame', ...both('restartMs') }
			];
		}
	};
}

/** The whole way of a returning student: from the navigation to the first result, everything in the browser's cache. */
export function firstRow(lab: Lab, rounds: number): Row {
	return {
		name: 'first',
		title: 'Navigation to first result, warm cache',
		async measure(tell) {
			const [browser, site] = [await lab.browser(tell), await lab.site(tell)];
			const network: number[] = [];
			const found = await interleaved(
				kinds,
				rounds,
				async (kind) => {
					const page = await openBenchPage(browser, site, `?first=${kind}`);
					const ms = await page.evaluate(() => window.bench.first);
					network.push(await page.evaluate(() => window.bench.networkBytes()));
					await page.close();
					if (ms === undefined) throw new Error('The page measured nothing.');
					return ms;
				},
				tell
			);
			// The first round filled the cache. Revalidating the page itself costs a few hundred bytes.
			const most = Math.max(...network.slice(kinds.length));
			if (most > 100_000) throw new Error(`The cache was not warm: ${most} bytes came over the network.`);
			return [
				{
					what: 'navigation to first result',
					ours: { name: 'runner', unit: 'ms', values: found.runner },
					base: { name: 'plain', unit: 'ms', values: found.plain },
					limit: 0.4
				}
			];
		}
	};
}

/** What a first visit costs before its first result: bytes over the network, compressed as they travel. */
export function bytesRow(lab: Lab): Row {
	return {
		name: 'bytes',
		title: 'Bytes to first result, nothing in the cache',
		async measure(tell) {
			const site = await lab.site(tell);
			const bytes: Record<Kind, number> = { runner: 0, plain: 0 };
			for (const kind of kinds) {
				tell(`a new browser: ${kind}`);
				const browser = await lab.freshBrowser(tell);
				const page = await openBenchPage(browser, site, `?first=${kind}`);
				await page.evaluate(() => window.bench.first);
				bytes[kind] = (await page.evaluate(() => window.bench.networkBytes())) / 1000;
				await browser.close();
			}
			return [
				{
					what: 'bytes to first result, cold',
					ours: { name: 'runner', unit: 'kB', values: [bytes.runner] },
					base: { name: 'plain', unit: 'kB', values: [bytes.plain] },
					note: 'the runner’s are the price of its snapshot, paid once per version'
				}
			];
		}
	};
}
