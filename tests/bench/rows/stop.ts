import type { Page } from '@playwright/test';
import { Cell, openLesson } from '../app.ts';
import type { Lab } from '../lab.ts';
import { type Row } from '../measure.ts';

/** Cells that do not end, each in another way. */
const hostile: Record<string, string> = {
	'tight loop': 'while True:\n    pass',
	'bare except': 'while True:\n    try:\n        while True:\n            pass\n    except:\n        pass',
	'try/finally':
		'while True:\n    try:\n        while True:\n            pass\n    finally:\n        continue',
	'time.sleep': 'import time\ntime.sleep(600)',
	'sleep in a loop': 'import time\nwhile True:\n    try:\n        time.sleep(5)\n    except:\n        pass',
	'await asyncio.sleep': 'import asyncio\nawait asyncio.sleep(600)',
	'input()': 'input("never answered: ")',
	'loop in C': 'sum(range(10**12))',
	'print flood': 'while True:\n    print("x" * 200)',
	'regular expression': 'import re\nre.match(r"(a+)+$", "a" * 60 + "b")',
	'big power': '7 ** 7 ** 9',
	'sorted, slow key':
		'def slow(number):\n    total = 0\n    for step in range(100_000_000):\n        total += step\n    return total\n\nsorted(range(100), key=slow)',
	'endless generator':
		'def numbers():\n    n = 0\n    while True:\n        yield n\n        n += 1\n\nsum(numbers())',
	'string doubling': 'text = "x"\nwhile True:\n    text += text'
};
const [stoppedWithinMs, nextWithinMs] = [1_000, 2_000];
/** A cell has that long to get into what it never leaves. */
const runForMs = 700;

type Stopped = {
	/** Milliseconds from Stop to the cell's last word; undefined where it had ended by itself before Stop. */
	stoppedMs: number | undefined;
	status: string;
	/** Milliseconds from Stop to the next cell's output. */
	nextMs: number;
	/** The stopped cell's output did not change any more. */
	frozen: boolean;
};

/** Stop in the program itself, over everything that does not want to stop. */
export function stopRow(lab: Lab, rounds: number): Row {
	return {
		name: 'stop',
		title: 'Stop over the hostile set',
		async measure(tell) {
			const browser = await lab.browser(tell);
			const page = await openLesson(browser, await lab.app(tell));
			const found: { name: string; result: Stopped | undefined }[] = [];
			for (let round = 1; round <= rounds; round++) {
				for (const [name, code] of Object.entries(hostile)) {
					const result = await stopOne(page, code).catch((error: unknown) => {
						tell(`${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
						return undefined;
					});
					found.push({ name, result });
					tell(
						`round ${round} of ${rounds}: ${name}: ${result === undefined ? 'NOT STOPPED' : summary(result)}`
					);
					// After a failure nothing on that page is to be trusted.
					if (result === undefined) await page.reload();
				}
			}
			await page.close();
			const failed = found.filter(
				({ result }) => result === undefined || !result.frozen || !wasEnded(result)
			);
			const results = found.flatMap(({ name, result }) =>
				result === undefined ? [] : [{ name, ...result }]
			);
			const stops = results.flatMap(({ name, stoppedMs }) =>
				stoppedMs === undefined ? [] : [{ name, stoppedMs }]
			);
			const bySelf = results.filter(({ stoppedMs }) => stoppedMs === undefined).map(({ name }) => name);
			const slowest = stops.toSorted((a, b) => b.stoppedMs - a.stoppedMs)[0];
			const slowestNext = results.toSorted((a, b) => b.nextMs - a.nextMs)[0];
			return [
				{
					what: 'hostile cells that did not stop',
					ours: { name: 'not stopped', unit: 'cases', values: [failed.length] },
					base: { name: 'tried', unit: 'cases', values: [found.length] },
					limit: 0,
					note: [
						...(failed.length > 0 ? [`not: ${[...new Set(failed.map(({ name }) => name))].join(', ')}`] : []),
						...(bySelf.length > 0 ? [`ended by themselves: ${[...new Set(bySelf)].join(', ')}`] : [])
					].join('; ')
				},
				{
					what: 'Stop → “stopped”, worst',
					ours: { name: 'stopped', unit: 'ms', values: stops.map(({ stoppedMs }) => stoppedMs) },
					base: { name: 'allowed', unit: 'ms', values: [stoppedWithinMs] },
					by: 'worst',
					limit: 1,
					note: `worst: ${slowest?.name ?? ''}`
				},
				{
					what: 'Stop → next cell’s result, worst',
					ours: { name: 'next', unit: 'ms', values: results.map(({ nextMs }) => nextMs) },
					base: { name: 'allowed', unit: 'ms', values: [nextWithinMs] },
					by: 'worst',
					limit: 1,
					note: `worst: ${slowestNext?.name ?? ''}`
				}
			];
		}
	};
}

/** One that ended by itself (memory has an end) must have said so. */
const wasEnded = ({ stoppedMs, status }: Stopped): boolean =>
	stoppedMs === undefined ? /failed/.test(status) : status.startsWith('stopped');

const summary = ({ stoppedMs, status, nextMs, frozen }: Stopped): string =>
	[
		stoppedMs === undefined ? `ended by itself (${status})` : `${status} after ${Math.round(stoppedMs)} ms`,
		`next result after ${Math.round(nextMs)} ms`,
		...(frozen ? [] : ['OUTPUT WENT ON'])
	].join(', ');

async function stopOne(page: Page, code: string): Promise<Stopped> {
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	// Written first: what is measured is Python's time, not that of typing.
	await two.write('from time import time_ns\nprint("next", time_ns())');
	await one.write(code);
	await one.button.click();
	await page.waitForTimeout(runForMs);
	const elements = {
		stop: await one.button.elementHandle(),
		status: await one.status.first().elementHandle(),
		output: await one.output.elementHandle(),
		run: await two.button.elementHandle(),
		next: await two.output.elementHandle()
	};
	// All of it in the page: no time is lost between a test and its browser.
	return page.evaluate(
		async ({ stop, status, output, run, next }) => {
			if (stop === null || status === null || output === null || run === null || next === null)
				throw new Error('A part of a cell is missing.');
			const until = (what: string, isSo: () => boolean): Promise<number> =>
				new Promise((resolve, reject) => {
					const begun = performance.now();
					const look = (): void => {
						if (isSo()) resolve(performance.now());
						else if (performance.now() - begun > 8_000) reject(new Error(`Waited 8 s: ${what}.`));
						else setTimeout(look, 1);
					};
					look();
				});
			const label = (): string => stop.textContent.trim();
			const before = next.textContent;
			const wasRunning = label() === 'Stop';
			const begun = performance.now();
			if (wasRunning) stop.click();
			const stopped = await until('the cell has not stopped', () => label() === 'Run cell');
			const said = status.textContent.trim();
			const frozen = output.textContent;
			run.click();
			const done = await until('the next cell gave nothing', () => {
				const now = next.textContent;
				return now !== before && /next \d+/.test(now);
			});
			// What comes late would come within this time.
			await new Promise((resolve) => setTimeout(resolve, 300));
			return {
				stoppedMs: wasRunning ? stopped - begun : undefined,
				status: said,
				nextMs: done - begun,
				frozen: output.textContent === frozen
			};
		},
		elements as { [Name in keyof typeof elements]: import('@playwright/test').JSHandle<HTMLElement | null> }
	);
}
