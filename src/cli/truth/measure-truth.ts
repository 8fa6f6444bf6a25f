import { openBenches } from './bench';
import { corpusOf, countRows, type Entry } from './corpus';
import { examine } from './examine';
import { inOrder } from './in-order';
import type { Progress } from './progress';
import type { Provider } from './providers';
import { openReport, rowsOfReport } from './report-file';
import { errorRow, type ReportRow } from './row';
import { findPlainPython } from './second-way';
import { summarise, type Summary } from './summary';

export type TruthOptions = {
	/** A file of JSON lines, or a folder of Python files. */
	readonly corpus: string;
	readonly out: string;
	readonly provider: Provider;
	/** How many programs are tried at the same time. Each takes a core and some hundred megabytes. */
	readonly jobs: number;
	/** Only so many of the corpus, from its start. */
	readonly limit: number;
	/** `false`: no other Python of the machine runs the programs. */
	readonly secondWay: boolean;
	/** Where the build put what Python on the server starts from. */
	readonly runner: string;
	readonly progress: (all: number) => Progress;
	/** Ends it; the report can be gone on with. */
	readonly signal: AbortSignal;
};

/**
 * Has every program of a corpus explained and every claim tried, and writes a row for each, in the order of the corpus. Rows that
 * are in the report already are left out. Returns what the whole report says; rejects where corpus, report or Python cannot be had.
 */
export async function measureTruth(options: TruthOptions): Promise<Summary> {
	const { corpus, out, jobs, limit, signal } = options;
	const all = Math.min(limit, await countRows(corpus));
	const report = await openReport(out);
	const benches = await openBenches(options.runner, jobs, signal).catch(async (error: unknown) => {
		await report.close();
		throw error;
	});
	const shown = options.progress(all);
	try {
		const plain = options.secondWay ? await findPlainPython(benches.python) : undefined;
		const lanes = Array.from({ length: jobs }, () => benches.open());
		const act = (entry: Entry, bench: (typeof lanes)[number]): Promise<ReportRow> =>
			entry.ok
				? examine(entry.row, options.provider, bench, plain)
				: Promise.resolve(errorRow(entry.id, entry.why));
		await inOrder(
			newOnes(corpusOf(corpus), limit, report.done, shown),
			lanes,
			act,
			async (row) => {
				await report.write(row);
				shown.done();
			},
			signal
		);
	} finally {
		shown.end();
		await benches.close();
		await report.close();
	}
	return summarise(rowsOfReport(out));
}

async function* newOnes(
	entries: AsyncIterable<Entry>,
	limit: number,
	done: ReadonlySet<string>,
	shown: Progress
): AsyncGenerator<Entry> {
	let number = 0;
	for await (const entry of entries) {
		number += 1;
		if (number > limit) return;
		if (done.has(entry.ok ? entry.row.id : entry.id)) shown.skipped();
		else yield entry;
	}
}
