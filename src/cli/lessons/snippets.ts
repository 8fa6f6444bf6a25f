import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import { textOfPart, type OutputPart } from '$lib/domain/run';
import type { NodePool } from '$lib/runner/node/pool';
import type { RunEnd } from '$lib/runner/protocol';
import type { Slowness } from './machine';

const snippetCell = v.parse(CellId, 'snippet');
const limitMs = 10_000;
/** A machine may become slower while they run. */
const spare = 3;

/** How a piece of code ended, and what it printed and showed. */
export type RunSnippet = (code: string) => Promise<{ end: RunEnd; text: string }>;

/** Runs pieces of code that the text of a lesson shows, one after the other in one Python. How slow the machine is is measured once. */
export async function withSnippets(
	pool: NodePool,
	slowness: Slowness,
	signal: AbortSignal,
	work: (run: RunSnippet) => Promise<void>
): Promise<void> {
	const group = pool.group(signal);
	let patience: Promise<number> | undefined;
	try {
		await work(async (code) => {
			const parts: OutputPart[] = [];
			const limit = limitMs * spare * (await (patience ??= slowness()));
			const end = await group.run(
				{ cellId: snippetCell, code, limitMs: limit },
				{ output: (part) => parts.push(part) },
				signal
			);
			return { end, text: parts.map(textOfPart).join('') };
		});
	} finally {
		group.close();
	}
}
