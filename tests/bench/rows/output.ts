import type { JSHandle } from '@playwright/test';
import { Cell, openLesson } from '../app.ts';
import type { Lab } from '../lab.ts';
import { type Row } from '../measure.ts';

/** 9,900 lines of 105 characters: a little more than a million, a little less than where output is cut. */
const megabyte = `from time import perf_counter
begun = perf_counter()
for line in range(9_900):
    print(f"{line:6} " + "x" * 97)
f"made in {(perf_counter() - begun) * 1000:.2f} ms"`;

/** A megabyte of printing in the program itself: until its last line is painted, against what Python needed to print it. */
export function outputRow(lab: Lab, rounds: number): Row {
	return {
		name: 'output',
		title: 'One megabyte of output',
		async measure(tell) {
			const page = await openLesson(await lab.browser(tell), await lab.app(tell));
			const cell = new Cell(page, 1);
			const [shown, made]: [number[], number[]] = [[], []];
			for (let round = 0; round <= rounds; round++) {
				tell(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
				// Written anew, so that the last run's output is not taken for this one's.
				await cell.write(`${megabyte}\n# ${round}`);
				const parts = {
					run: (await cell.button.elementHandle()) as JSHandle<HTMLElement | null>,
					output: (await cell.output.elementHandle()) as JSHandle<HTMLElement | null>
				};
				const times = await page.evaluate(async ({ run, output }) => {
					if (run === null || output === null) throw new Error('A part of the cell is missing.');
					const painted = (): Promise<void> =>
						new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
					const old = /made in [\d.]+ ms/.exec(output.textContent)?.[0];
					const begun = performance.now();
					run.click();
					for (;;) {
						await painted();
						const now = /made in ([\d.]+) ms/.exec(output.textContent);
						if (now !== null && now[0] !== old)
							return { shown: performance.now() - begun, made: Number(now[1]) };
						if (performance.now() - begun > 30_000) throw new Error('The output was not shown within 30 s.');
					}
				}, parts);
				if (round === 0) continue;
				shown.push(times.shown);
				made.push(times.made);
			}
			await page.close();
			return [
				{
					what: '1 MB of output: shown ÷ produced',
					ours: { name: 'shown', unit: 'ms', values: shown },
					base: { name: 'produced', unit: 'ms', values: made },
					limit: 3,
					note: 'from “Run cell” to the last line on the screen'
				}
			];
		}
	};
}
