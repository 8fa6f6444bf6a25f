import { openBenchPage, type Lab } from '../lab.ts';
import { interleaved, type Comparison, type Row } from '../measure.ts';
import type { Trip } from '../page/main.ts';

const kinds = ['desk', 'frame', 'bare'] as const satisfies Trip[];
const atOnce = 25;

/** What everything around a trivial cell costs that is ours: queue, schemas, the kernel with its error and display machinery. */
export function tripRow(lab: Lab, rounds: number): Row {
	return {
		name: 'trip',
		title: 'Round trip of a trivial cell',
		async measure(tell) {
			const page = await openBenchPage(await lab.browser(tell), await lab.site(tell));
			tell('starting desk, bench and two plain interpreters');
			await page.evaluate((all) => window.bench.open(all), [...kinds]);
			const found = await interleaved(
				kinds,
				rounds,
				(kind) => page.evaluate(([one, count]) => window.bench.trips(one, count), [kind, atOnce] as const),
				tell
			);
			await page.close();
			const samples = (kind: Trip, name: string) => ({
				name,
				unit: 'ms' as const,
				values: found[kind].flat()
			});
			const inFrame = (by: 'median' | 'p95'): Comparison => ({
				what: `trivial cell round trip, ${by === 'median' ? 'p50' : 'p95'}`,
				ours: samples('desk', 'desk'),
				base: samples('frame', 'plain in a frame'),
				by,
				limit: 1.5
			});
			return [
				inFrame('median'),
				inFrame('p95'),
				{
					// Without a limit: the hop into the isolated frame is wanted, and no kernel can win it back.
					what: 'the same ÷ plain Pyodide in a worker of the page',
					ours: samples('desk', 'desk'),
					base: samples('bare', 'bare worker')
				}
			];
		}
	};
}
