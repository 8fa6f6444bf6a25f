import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type {
	Lesson,
	LessonProblem,
	LessonSource,
	LessonSummary,
	PublicLesson
} from '$lib/domain/lesson';
import { parseLesson } from '$lib/lessons/parse';
import { summarise, toPublic } from '$lib/lessons/public';

export type Catalogue = {
	/** The course in its order, and what is wrong in the lessons folder. */
	list(): Promise<{ lessons: LessonSummary[]; problems: LessonProblem[] }>;
	/** A lesson as a browser may see it; its version is recorded before it is served. */
	get(slug: string): Promise<PublicLesson | undefined>;
};

type Entry = {
	/** Size and time of the file that was read: another stamp, another look. */
	stamp: string;
	/** The last good version, which stays live while the file is broken. */
	live: { lesson: Lesson; source: LessonSource } | undefined;
	problems: readonly LessonProblem[];
};

const folderName = /^\d+-[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The lessons in `folder`, one per folder `NN-slug/index.md`, read again when a file changes. Names from outside are only
 * ever looked up among what was found, never made into a path.
 */
export function lessonCatalogue(
	folder: string,
	record: (lesson: Lesson, source: LessonSource) => Promise<void>
): Catalogue {
	const entries = new Map<string, Entry>();
	const recorded = new Set<string>();

	async function refresh(): Promise<LessonProblem[]> {
		const found = await folders(folder);
		if (!found.ok) return [found.problem];
		for (const known of entries.keys()) if (!found.names.includes(known)) entries.delete(known);
		await Promise.all(found.names.map(async (name) => entries.set(name, await look(name, entries.get(name)))));
		return [...twins(entries), ...[...entries.values()].flatMap((entry) => entry.problems)];
	}

	async function look(name: string, before: Entry | undefined): Promise<Entry> {
		const relative = `${name}/index.md`;
		const file = path.join(folder, name, 'index.md');
		try {
			const { mtimeMs, size } = await stat(file);
			const stamp = `${mtimeMs} ${size}`;
			if (before?.stamp === stamp) return before;
			const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
			const source = { path: relative, text };
			const parsed = await parseLesson(source);
			return parsed.ok
				? { stamp, live: { lesson: parsed.lesson, source }, problems: [] }
				: { stamp, live: before?.live, problems: parsed.problems };
		} catch (error) {
			return { stamp: '', live: before?.live, problems: [unreadable(relative, error)] };
		}
	}

	const lessons = (): { lesson: Lesson; source: LessonSource }[] =>
		[...entries.keys()].sort().flatMap((name) => entries.get(name)?.live ?? []);

	return {
		async list() {
			const problems = await refresh();
			const summaries = firstOfEachId(lessons()).map(({ lesson }) => summarise(lesson));
			return { lessons: summaries.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)), problems };
		},
		async get(slug) {
			await refresh();
			const found = lessons().find(({ lesson }) => lesson.id === slug);
			if (found === undefined) return undefined;
			const key = `${found.lesson.id} ${found.lesson.version}`;
			if (!recorded.has(key)) {
				await record(found.lesson, found.source);
				recorded.add(key);
			}
			return toPublic(found.lesson);
		}
	};
}

type Folders = { ok: true; names: string[] } | { ok: false; problem: LessonProblem };

async function folders(folder: string): Promise<Folders> {
	try {
		const found = await readdir(folder, { withFileTypes: true });
		const names = found.filter((entry) => entry.isDirectory() && folderName.test(entry.name)).map((entry) => entry.name);
		return { ok: true, names };
	} catch (error) {
		return { ok: false, problem: unreadable('.', error) };
	}
}

/** Two folders that differ in their number alone claim one address: the first keeps it, and both names are told. */
function twins(entries: ReadonlyMap<string, Entry>): LessonProblem[] {
	const seen = new Map<string, string>();
	return [...entries.keys()].sort().flatMap((name) => {
		const id = entries.get(name)?.live?.lesson.id;
		const first = id === undefined ? undefined : seen.get(id);
		if (id !== undefined && first === undefined) seen.set(id, name);
		return first === undefined
			? []
			: [
					{
						path: `${name}/index.md`,
						line: 1,
						message: `The lesson "${id}" is already in the folder ${first}.`,
						expected: 'another name after the number'
					}
				];
	});
}

function firstOfEachId<T extends { lesson: Lesson }>(all: readonly T[]): T[] {
	return all.filter((one, index) => all.findIndex((other) => other.lesson.id === one.lesson.id) === index);
}

function unreadable(relative: string, error: unknown): LessonProblem {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	const [message, expected] =
		code === 'ENOENT'
			? ['There is no such file or folder.', 'a folder NN-name with an index.md in it']
			: code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
				? ['The file is not in UTF-8.', 'text in UTF-8']
				: [`It cannot be read (${code}).`, 'a file that this server may read'];
	return { path: relative, line: 1, message, expected };
}
