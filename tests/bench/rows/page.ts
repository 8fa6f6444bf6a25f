import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { Cell, openApp, openLesson } from '../app.ts';
import { openBenchPage, type Lab } from '../lab.ts';
import { interleaved, type Comparison, type Row } from '../measure.ts';

/** A person who types fast: 60 characters, one every 25 ms. */
const line = 'total = sum(price * 2 for price in prices if price > limit)\n';
const keyEveryMs = 25;
const cellsInLesson = 30;

/** From a key's own time stamp to the frame after the next paint, for every key that the editor gets. */
async function watchKeys(page: Page): Promise<void> {
	await page.evaluate(() => {
		const times: number[] = [];
		Object.assign(window, { keyTimes: times });
		const { port1, port2 } = new MessageChannel();
		const begun: number[] = [];
		port1.onmessage = () => times.push(...begun.splice(0).map((at) => performance.now() - at));
		// A message that is posted in a frame arrives when that frame has been painted.
		addEventListener(
			'keydown',
			(event) => requestAnimationFrame(() => (begun.push(event.timeStamp), port2.postMessage(undefined))),
			{ capture: true }
		);
	});
}

async function typeLine(page: Page): Promise<number[]> {
	await page.bringToFront();
	await page.keyboard.type(line, { delay: keyEveryMs });
	return page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes.splice(0));
}

/** What a lesson of thirty cells adds to a key press. */
export function typingRow(lab: Lab, rounds: number): Row {
	return {
		name: 'typing',
		title: `Typing in a lesson of ${cellsInLesson} cells`,
		async measure(tell) {
			const folder = await mkdtemp(path.join(tmpdir(), 'procoder-bench-lessons-'));
			await mkdir(path.join(folder, '01-long'));
			const cells = Array.from(
				{ length: cellsInLesson },
				(_, at) => `Part ${at + 1}\n\n\`\`\`{python}\n#| id: cell-${at}\nprices = [${at}, 2]\n\`\`\`\n`
			);
			const head = '---\ntitle: Long\nsummary: Many cells.\n---\n\n';
			await writeFile(path.join(folder, '01-long', 'index.md'), head + cells.join('\n'));
			const app = await openApp(tell, { LESSONS_DIR: folder });
			try {
				const browser = await lab.browser(tell);
				const bare = await openBenchPage(browser, await lab.site(tell));
				await bare.evaluate(() => window.bench.openEditor());
				const ours = await openLesson(browser, app, 'long');
				await new Cell(ours, 15).write('');
				for (const page of [bare, ours]) await watchKeys(page);
				const pages = { ours, bare };
				const found = await interleaved(['ours', 'bare'], rounds, (kind) => typeLine(pages[kind]), tell);
				await Promise.all([bare.close(), ours.close()]);
				const compare = (by: 'median' | 'p95'): Comparison => ({
					what: `a key → painted, ${by === 'median' ? 'p50' : 'p95'}`,
					ours: { name: `cell 15 of ${cellsInLesson}`, unit: 'ms', values: found.ours.flat() },
					base: { name: 'bare CodeMirror', unit: 'ms', values: found.bare.flat() },
					by,
					limit: 1.3
				});
				return [compare('median'), compare('p95')];
			} finally {
				await app.close();
				await rm(folder, { recursive: true, force: true });
			}
		}
	};
}

const flood = 'number = 0\nwhile True:\n    number += 1\n    print(number)';
const feltMs = 100;

/** What a click and a key take until they are painted while another cell prints as fast as it can. */
export function paintRow(lab: Lab, rounds: number): Row {
	return {
		name: 'paint',
		title: 'Interaction to next paint',
		async measure(tell) {
			const page = await openLesson(await lab.browser(tell), await lab.app(tell));
			const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
			await two.write('');
			await page.evaluate(() => {
				const times: number[] = [];
				Object.assign(window, { eventTimes: times });
				const isMeant = (name: string): boolean => ['keydown', 'click', 'pointerup'].includes(name);
				new PerformanceObserver((list) => {
					for (const { name, duration } of list.getEntries()) if (isMeant(name)) times.push(duration);
				}).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
			});
			const interact = async (kind: 'idle' | 'flood'): Promise<number[]> => {
				if (kind === 'flood') {
					await one.write(flood);
					await one.button.click();
					await expect(one.output).toContainText('1', { timeout: 20_000 });
				}
				await page.evaluate(() => (window as unknown as { eventTimes: number[] }).eventTimes.splice(0));
				for (let turn = 0; turn < 10; turn++) {
					await two.root.getByRole('textbox', { name: 'Code', exact: true }).click();
					await page.keyboard.type('x = 1\n', { delay: keyEveryMs });
				}
				// Entries come after their paint.
				await page.waitForTimeout(300);
				const times = await page.evaluate(() =>
					(window as unknown as { eventTimes: number[] }).eventTimes.splice(0)
				);
				if (kind === 'flood') {
					await one.button.click();
					await expect(one.status.first()).toContainText(/stopped/, { timeout: 20_000 });
				}
				return times.length === 0 ? [16] : times;
			};
			const found = await interleaved(['idle', 'flood'], rounds, interact, tell);
			await page.close();
			const during = { name: 'during a flood', unit: 'ms' as const, values: found.flood.flat() };
			return [
				{
					what: 'interaction → next paint while a cell prints, p95',
					ours: during,
					base: { name: 'felt', unit: 'ms', values: [feltMs] },
					by: 'p95',
					limit: 1,
					note: 'the browser’s own Event Timing, which tells of nothing below 16 ms'
				},
				{
					what: 'the same ÷ on a page at rest, p95',
					ours: during,
					base: { name: 'at rest', unit: 'ms', values: found.idle.flat() },
					by: 'p95'
				}
			];
		}
	};
}

const scriptLimitKb = 120;

/** JavaScript that a lesson's page loads before anybody does anything; editor and Python come later. */
export function scriptRow(lab: Lab): Row {
	return {
		name: 'script',
		title: 'JavaScript of a lesson’s page',
		async measure(tell) {
			const { address } = await lab.app(tell);
			const lesson = `${address}lessons/first-functions`;
			const answer = await fetch(lesson);
			// What the page will import is named in a header, so that the browser asks for it before it has read the page.
			const named = `${answer.headers.get('link') ?? ''} ${await answer.text()}`;
			const scripts = named.matchAll(/[^\s"'(<]*\/_app\/immutable\/[^\s"')>]+\.js/g);
			const queue = [...scripts].map(([script]) => new URL(script, lesson).href);
			const seen = new Map<string, number>();
			while (queue.length > 0) {
				const next = queue.pop();
				if (next === undefined || seen.has(next)) continue;
				const source = await (await fetch(next)).text();
				seen.set(next, gzipSync(source).length / 1000);
				// Static imports alone: what `import()` names is loaded when it is wanted.
				for (const [, from = ''] of source.matchAll(
					/(?:^|[;}\s])(?:import|export)[^;()"']*?["']([^"']+\.js)["']/g
				))
					queue.push(new URL(from, next).href);
			}
			if (seen.size === 0) throw new Error('The page names no script.');
			const sum = [...seen.values()].reduce((all, one) => all + one, 0);
			return [
				{
					what: 'JavaScript before the first interaction, gzip',
					ours: { name: `${seen.size} files`, unit: 'kB', values: [sum] },
					base: { name: 'allowed', unit: 'kB', values: [scriptLimitKb] },
					limit: 1
				}
			];
		}
	};
}
