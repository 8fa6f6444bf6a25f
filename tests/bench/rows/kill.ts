import { openBenchPage, type Lab } from '../lab.ts';
import { interleaved, type Row } from '../measure.ts';

/** A cell that nothing stops but ending its interpreter, then the next cell: the bench takes the desk's place, or Pyodide starts anew. */
export function killRow(lab: Lab, rounds: number): Row {
	return {
		name: 'kill',
		title: 'Kill a stuck cell → next result',
		async measure(tell) {
			const page = await openBenchPage(await lab.browser(tell), await lab.site(tell));
			tell('starting desk, bench and a plain interpreter');
			await page.evaluate(() => window.bench.open(['desk', 'frame']));
			const found = await interleaved(
				['runner', 'plain'] as const,
				rounds,
				async (kind) => {
					const times = await page.evaluate((one) => window.bench.kill(one), kind);
					// Chromium takes some two seconds of a core to end a busy worker: not at the next one's cost.
					await page.waitForTimeout(2_500);
					return times;
				},
				tell
			);
			await page.close();
			const both = (name: 'nextMs' | 'lostMs') => ({
				ours: { name: 'promoted', unit: 'ms' as const, values: found.runner.map((one) => one[name]) },
				base: { name: 'plain restart', unit: 'ms' as const, values: found.plain.map((one) => one[name]) }
			});
			return [
				{
					what: 'stuck cell ended → next result',
					...both('nextMs'),
					limit: 0.05,
					note: 'from Stop + 400 ms'
				},
				{ what: 'the same, from when the page knows', ...both('lostMs') }
			];
		}
	};
}
