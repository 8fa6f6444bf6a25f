import { createHash } from 'node:crypto';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ContentHash } from '$lib/domain/ids';
import {
	LessonFileName,
	maxLessonFileBytes,
	maxLessonFiles,
	maxLessonFilesBytes,
	type LessonFile,
	type LessonProblem
} from '$lib/domain/lesson';
import { belongsToLesson, fileEndings, mediaType } from '$lib/lessons/files';
import { maxLessonChars } from '$lib/lessons/source-text';

/** A file as it lies there. `place` is its path with every link followed. */
type FoundFile = { readonly name: string; readonly place: string; readonly bytes: number };
type Found = FoundFile & { readonly name: LessonFileName };

/** What lies in a lesson's folder beside its text. Another `stamp` means that something there has changed. */
export type Survey = {
	readonly stamp: string;
	readonly files: readonly Found[];
	readonly problems: readonly LessonProblem[];
};

/**
 * Looks at a lesson's data files without reading them. `name` is the folder's name in `root`, and comes from a listing of it.
 * A link is followed as far as the lesson's own folder (a mounted Kubernetes volume consists of such links), never out of it.
 */
export async function surveyFolder(root: string, name: string): Promise<Survey> {
	const folder = await realpath(path.join(root, name));
	const problems: LessonProblem[] = [];
	const report = (file: string, message: string, expected: string): void =>
		void problems.push({ path: `${name}/${file}`, line: 1, message, expected });
	const looks = (await readdir(folder))
		.filter(belongsToLesson)
		.sort()
		.map((file) => lookAt(folder, file, (message, expected) => report(file, message, expected)));
	const seen = (await Promise.all(looks)).filter((look) => look !== undefined);
	const total = seen.reduce((sum, file) => sum + file.bytes, 0);
	if (total > maxLessonFilesBytes) {
		report('', `The lesson's files have ${total} bytes together.`, `at most ${maxLessonFilesBytes} bytes`);
	}
	if (seen.length > maxLessonFiles)
		report('', `The lesson has ${seen.length} files.`, `at most ${maxLessonFiles}`);
	// They came in the order in which the system answered.
	problems.sort((a, b) => (a.path < b.path ? -1 : 1));
	const stamps = [...seen.map((file) => `${file.name} ${file.stamp}`), ...problems.map(describe)];
	return { stamp: stamps.join('\n'), files: seen, problems };
}

const describe = (problem: LessonProblem): string => `${problem.path} ${problem.message}`;

async function lookAt(
	folder: string,
	file: string,
	report: (message: string, expected: string) => void
): Promise<(Found & { stamp: string }) | undefined> {
	const keepOut = 'or a name that begins with _ to keep it out of the lesson';
	const name = v.safeParse(LessonFileName, file);
	try {
		const place = await realpath(path.join(folder, file));
		if (!place.startsWith(folder + path.sep)) {
			report('This is a link that leads out of the lesson’s folder.', `a file of its own, ${keepOut}`);
			return undefined;
		}
		const found = await stat(place);
		const { size, mtimeMs, ino } = found;
		if (!found.isFile()) report('This is no ordinary file.', `data files right beside index.md, ${keepOut}`);
		else if (!name.success) {
			report(
				'A data file cannot have this name.',
				`letters without accents, digits, hyphens, dots and underscores, at most 100, ${keepOut}`
			);
		} else if (mediaType(file) === undefined) {
			report('Lessons have no files of this kind.', `one of .${fileEndings.join(', .')}, ${keepOut}`);
		} else if (size > maxLessonFileBytes) {
			report(`The file has ${size} bytes.`, `at most ${maxLessonFileBytes} bytes`);
		} else return { name: name.output, place, bytes: size, stamp: `${mtimeMs} ${size} ${ino}` };
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
		report(`It cannot be read (${code}).`, `a file that this server may read, ${keepOut}`);
	}
	return undefined;
}

/** A data file with what it holds. */
export type Loaded = { readonly file: LessonFile; readonly bytes: Uint8Array };

/** Reads what was found. Throws where a file is gone, closed, or is being written just now. */
export function loadFiles(files: readonly Found[]): Promise<Loaded[]> {
	return Promise.all(
		files.map(async (found) => {
			const bytes = await readWhole(found);
			const hash = v.parse(ContentHash, createHash('sha256').update(bytes).digest('hex'));
			return { file: { name: found.name, bytes: bytes.length, hash }, bytes };
		})
	);
}

/** A character of UTF-16 has at most three bytes in UTF-8: a text of more bytes is too long in any script. */
const maxTextBytes = 3 * maxLessonChars;

/** A lesson's text as it lies there. Another `stamp` means that it has changed. */
export type FoundText = {
	readonly stamp: string;
	readonly file:
		| { readonly ok: true; readonly found: FoundFile }
		| { readonly ok: false; readonly problem: LessonProblem };
};

/** Looks at a lesson's `index.md` without reading it: a pipe would never end, and a large file fill memory. Throws where there is none. */
export async function findText(root: string, name: string): Promise<FoundText> {
	const folder = await realpath(path.join(root, name));
	const place = await realpath(path.join(folder, 'index.md'));
	const found = await stat(place);
	const { size, mtimeMs, ino } = found;
	const stamp = `${mtimeMs} ${size} ${ino}`;
	const refused = (message: string, expected: string): FoundText => ({
		stamp,
		file: { ok: false, problem: { path: `${name}/index.md`, line: 1, message, expected } }
	});
	// Its text is shown to operators, and a lesson is no way to read the server's other files.
	if (!place.startsWith(folder + path.sep)) {
		return refused('This is a link that leads out of the lesson’s folder.', 'a file of its own');
	}
	if (!found.isFile()) return refused('This is no ordinary file.', 'a text file with the lesson in it');
	if (size > maxTextBytes)
		return refused(`The lesson has ${size} bytes.`, `at most ${maxLessonChars} characters`);
	return { stamp, file: { ok: true, found: { name: 'index.md', place, bytes: size } } };
}

/** Reads a file that was found. Throws where it is gone, closed, or is being written just now. */
export async function readWhole({
	name,
	place,
	bytes: expected
}: FoundFile): Promise<Uint8Array<ArrayBuffer>> {
	const handle = await open(place, 'r');
	try {
		// One byte more than there should be, so that a file that grows shows itself and never fills memory.
		const buffer = new Uint8Array(expected + 1);
		let length = 0;
		for (let more = -1; more !== 0 && length <= expected; length += more) {
			more = (await handle.read(buffer, length, buffer.length - length)).bytesRead;
		}
		if (length !== expected) throw new Error(`${name} changed while it was read.`);
		return buffer.slice(0, length);
	} finally {
		await handle.close();
	}
}
