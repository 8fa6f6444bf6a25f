import { copyAssets, fetchAssets } from './assets';
import { openFrame } from './frame-port';
import { RunnerClient, type RunnerListener } from './client';

/** The desk holds the student's variables; the bench is where facts are gathered and claims verified. */
export type RunnerPair = { desk: RunnerClient; bench: RunnerClient; dispose(): void };

/**
 * Starts both interpreters: assets are fetched once, the desk boots first, because a student waits for it, and the bench when
 * the desk is there (or has failed). `on` hears of each.
 */
export function startRunners(on: {
	/** What assistive technology calls the two frames. */
	titles: { desk: string; bench: string };
	desk: RunnerListener;
	bench: RunnerListener;
}): RunnerPair {
	const stop = new AbortController();
	const assets = fetchAssets(stop.signal);
	// Each frame reports the failure itself; without this the shared promise would be an unhandled rejection.
	assets.catch(() => undefined);
	let deskSettled: () => void = () => undefined;
	const deskTried = new Promise<void>((resolve) => (deskSettled = resolve));

	const desk = new RunnerClient(openFrame(on.titles.desk), async () => copyAssets(await assets), {
		...on.desk,
		state(state) {
			if (state.kind !== 'starting') deskSettled();
			on.desk.state(state);
		}
	});
	const bench = new RunnerClient(
		openFrame(on.titles.bench),
		async () => {
			await deskTried;
			return assets;
		},
		on.bench
	);
	return {
		desk,
		bench,
		dispose() {
			stop.abort();
			desk.dispose();
			bench.dispose();
		}
	};
}
