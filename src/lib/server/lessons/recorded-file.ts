import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { RecordedLesson } from '$lib/domain/recorded-lesson';
import { recordedFile } from '$lib/lessons/files';

/** What lies beside a lesson. `broken`: something that the checker did not write. */
export type Recorded = { kind: 'none' } | { kind: 'broken' } | { kind: 'there'; recorded: RecordedLesson };

/** A cell's record is bounded; so many of them are no lesson's. */
const maxBytes = 8 * 1024 * 1024;

/** Another text means that the record has changed. */
export async function recordedStamp(folder: string): Promise<string> {
	const found = await stat(path.join(folder, recordedFile)).catch(() => undefined);
	return found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

/** Never throws: a lesson can be read without what was recorded of it. */
export async function readRecorded(folder: string): Promise<Recorded> {
	const file = path.join(folder, recordedFile);
	try {
		const found = await stat(file);
		if (!found.isFile() || found.size > maxBytes) return { kind: 'broken' };
		const parsed = v.safeParse(
			v.pipe(v.string(), v.parseJson(), RecordedLesson),
			await readFile(file, 'utf8')
		);
		return parsed.success ? { kind: 'there', recorded: parsed.output } : { kind: 'broken' };
	} catch (error) {
		const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		return { kind: isMissing ? 'none' : 'broken' };
	}
}
