import type { DataFile } from '../protocol';
import { fetchAssets, fetchWheel } from './assets';
import { openFrame } from './frame-port';
import { RunnerPair, type FrameName, type RunnerListener } from './pair';

export type { RestartWhy, RunnerListener, RunnerPair } from './pair';

/** Starts the page's interpreters in frames of their own. `titles` is what assistive technology calls those frames. */
export function startRunners(on: {
	titles: Record<FrameName, string>;
	desk: RunnerListener;
	bench: RunnerListener;
	/** The lesson's data files; asked for at each start, answered from the cache. Never rejects. */
	files: () => Promise<DataFile[]>;
}): RunnerPair {
	const stop = new AbortController();
	return new RunnerPair(
		{
			open: (name) => openFrame(on.titles[name]),
			assets: (hashes, progress) => fetchAssets(hashes, progress, stop.signal),
			wheel: (file) => fetchWheel(file, stop.signal),
			files: on.files,
			close: () => stop.abort()
		},
		on
	);
}
