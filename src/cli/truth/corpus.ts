import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { linesOf } from './lines';
import { ProgramRow } from './row';

/** One row of a corpus: a program, or why it is none. `id` names the row's place where it has none of its own. */
export type Entry =
	| { readonly ok: true; readonly row: ProgramRow }
	| { readonly ok: false; readonly id: string; readonly why: string };

/**
 * The programs of a corpus, in order: of a file with a JSON object in each line, or of a folder with Python files, in which
 * `# %% name` begins the next program (files without that line are one). Rejects where the corpus cannot be read at all.
 */
export async function* corpusOf(place: string): AsyncGenerator<Entry> {
	const seen = new Map<string, string>();
	for await (const { entry, where } of rowsOf(place)) {
		const first = entry.ok ? seen.get(entry.row.id) : undefined;
		if (entry.ok && first !== undefined) {
			yield { ok: false, id: where, why: `The id “${entry.row.id}” has been used before, at ${first}.` };
			continue;
		}
		if (entry.ok) seen.set(entry.row.id, where);
		yield entry;
	}
}

/** How many rows it has, for the progress bar. */
export async function countRows(place: string): Promise<number> {
	const rows = rowsOf(place);
	let count = 0;
	while (!(await rows.next()).done) count += 1;
	return count;
}

type Placed = { readonly entry: Entry; readonly where: string };

async function* rowsOf(place: string): AsyncGenerator<Placed> {
	if ((await stat(place)).isDirectory()) yield* rowsOfFolder(place);
	else yield* rowsOfFile(place);
}

async function* rowsOfFile(file: string): AsyncGenerator<Placed> {
	for await (const { number, text } of linesOf(file)) {
		if (text?.trim() === '') continue;
		const where = `line-${number}`;
		yield {
			where,
			entry: text === undefined ? { ok: false, id: where, why: 'The line is too long.' } : read(text, where)
		};
	}
}

function read(text: string, where: string): Entry {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		return { ok: false, id: where, why: `The line is no JSON: ${String(error)}` };
	}
	const row = v.safeParse(ProgramRow, json);
	if (row.success) return { ok: true, row: row.output };
	const id = v.safeParse(ProgramRow.entries.id, (json as { id?: unknown } | null)?.id);
	const [issue] = row.issues;
	const field = v.getDotPath(issue);
	const why = `This is no program: ${field === null ? '' : `${field}: `}${issue.message}`;
	return { ok: false, id: id.success ? id.output : where, why };
}

const programStart = /^# %% +(\S.*?)[ \t\r]*$/m;

async function* rowsOfFolder(folder: string): AsyncGenerator<Placed> {
	const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.py'));
	for (const name of names.toSorted()) {
		const stem = name.slice(0, -'.py'.length).split(path.sep).join('/');
		// The programs of one file; what stands before the first mark is about all of them.
		const [before = '', ...rest] = (await readFile(path.join(folder, name), 'utf8')).split(programStart);
		if (rest.length === 0) yield program(stem, before);
		for (let at = 0; at + 1 < rest.length; at += 2) {
			const code = (rest[at + 1] ?? '').replace(/^\r?\n/, '').trimEnd();
			yield program(`${stem}/${rest[at] ?? ''}`, `${code}\n`);
		}
	}
}

function program(id: string, code: string): Placed {
	const row = v.safeParse(ProgramRow, { id, code });
	return {
		where: id,
		entry: row.success
			? { ok: true, row: row.output }
			: { ok: false, id, why: `This is no program: ${row.issues[0].message}` }
	};
}
