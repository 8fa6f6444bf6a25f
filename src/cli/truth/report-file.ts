import { existsSync } from 'node:fs';
import { open, truncate, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { linesOf } from './lines';
import { ReportRow } from './row';

/** A report that is written row by row, and can be gone on with after any end. */
export type ReportFile = {
	/** The ids of the rows that it has already. */
	readonly done: ReadonlySet<string>;
	write(row: ReportRow): Promise<void>;
	close(): Promise<void>;
};

/**
 * Opens a report to go on with it. A last line that was torn when an earlier run was killed is cut off; anything else that is no row
 * means that this is another file, which is left as it is: rejects then.
 */
export async function openReport(file: string): Promise<ReportFile> {
	const done = new Set<string>();
	if (existsSync(file)) {
		for await (const { number, text, from, isWhole } of linesOf(file)) {
			const id = text === undefined ? undefined : idOf(text);
			if (id !== undefined && isWhole) done.add(id);
			// Half a row begins like a whole one.
			else if (!isWhole && text !== undefined && isTorn(text)) await truncate(file, from);
			else throw new Error(`${file}: line ${number} is no row of a report. Is this the right file?`);
		}
	}
	const handle: FileHandle = await open(file, 'a');
	return {
		done,
		async write(row) {
			await handle.appendFile(`${JSON.stringify(row)}\n`);
		},
		close: () => handle.close()
	};
}

const start = '{"id":"';
const isTorn = (text: string): boolean => text.startsWith(start) || start.startsWith(text);

const Named = v.object({ id: v.string(), status: v.string(), verdicts: v.array(v.unknown()) });

function idOf(text: string): string | undefined {
	try {
		const row = v.safeParse(Named, JSON.parse(text));
		return row.success ? row.output.id : undefined;
	} catch {
		return undefined;
	}
}

/** The rows of a report. Rejects at one that has another shape: it was written by another version of this command. */
export async function* rowsOfReport(file: string): AsyncGenerator<ReportRow> {
	for await (const { number, text } of linesOf(file)) {
		const row = v.safeParse(ReportRow, JSON.parse(text ?? 'null'));
		if (!row.success)
			throw new Error(`${file}: line ${number} has another shape (${v.getDotPath(row.issues[0]) ?? ''}).`);
		yield row.output;
	}
}
