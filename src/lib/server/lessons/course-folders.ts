import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { LessonProblem } from '$lib/domain/lesson';

const folderName = /^\d+-[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The id of the lesson in the folder of that name. */
export const slugOf = (name: string): string => name.replace(/^\d+-/, '');

/** `problems`: folders with a lesson in them whose name says neither where it stands nor what it is called. */
type Folders =
	{ ok: true; names: string[]; problems: LessonProblem[] } | { ok: false; problem: LessonProblem };

/** The lessons' folders. */
export async function courseFolders(folder: string): Promise<Folders> {
	try {
		const found = await readdir(folder, { withFileTypes: true });
		const all = found.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
		const misnamed = all.filter(
			(name) =>
				!folderName.test(name) && !name.startsWith('.') && existsSync(path.join(folder, name, 'index.md'))
		);
		const names = all.filter((name) => folderName.test(name));
		const links = found.filter((entry) => entry.isSymbolicLink() && folderName.test(entry.name));
		const problems = [
			...misnamed.sort().map((name) => misnamedFolder(name, names)),
			...links.map(({ name }) => linkedFolder(name))
		];
		return { ok: true, names, problems };
	} catch (error) {
		return { ok: false, problem: unreadable('.', error) };
	}
}

/** A link may lead anywhere on the server. */
const linkedFolder = (name: string): LessonProblem => ({
	path: `${name}/index.md`,
	line: 1,
	message: `The folder "${name}" is not read: it is a link.`,
	expected: 'a folder of its own in the lessons folder'
});

function misnamedFolder(name: string, others: readonly string[]): LessonProblem {
	const slug = name
		.normalize('NFKD')
		.toLowerCase()
		.replace(/\p{M}/gu, '')
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^[\d-]*-(?=[a-z])|^-+|-+$/g, '');
	const given = /^\d+/.exec(name)?.[0];
	const next = String(Math.max(0, ...others.map((other) => Number.parseInt(other, 10))) + 1).padStart(2, '0');
	return {
		path: `${name}/index.md`,
		line: 1,
		message: `The folder "${name}" is not read: its name must be a number and the lesson’s id.`,
		expected: `a name such as "${given ?? next}-${slug === '' ? 'my-lesson' : slug}": small letters, digits and hyphens`
	};
}

/** That a file or a folder cannot be read, as its author is told. */
export function unreadable(relative: string, error: unknown): LessonProblem {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	const [message, expected] =
		code === 'ENOENT'
			? ['There is no such file or folder.', 'a folder NN-name with an index.md in it']
			: code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
				? ['The file is not in UTF-8.', 'text in UTF-8']
				: code !== ''
					? [`It cannot be read (${code}).`, 'a file that this server may read']
					: // Ours, not the author's: hiding it would send them looking for a fault in their file.
						[`ProCoder stumbled over it: ${String(error)}.`, 'a bug report with the file, please'];
	return { path: relative, line: 1, message, expected };
}
