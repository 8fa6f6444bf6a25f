import { createHash } from 'node:crypto';
import path from 'node:path';
import type { AuthorProblem } from '$lib/domain/author-problem';
import type { CourseMarks } from '$lib/domain/course-marks';
import type { CourseText } from '$lib/domain/course-text';
import type {
	Exercise,
	Lesson,
	LessonFile,
	LessonProblem,
	LessonSource,
	LessonSummary,
	PublicLesson,
	Solution
} from '$lib/domain/lesson';
import type { PictureSize } from '$lib/domain/markdown';
import { progressIn, type CellEnd, type LessonProgress } from '$lib/domain/progress';
import { outputsOf, type RecordedOutputs } from '$lib/domain/recorded-lesson';
import { textOf } from '$lib/lessons/course-text';
import { mediaType } from '$lib/lessons/files';
import { parseLesson } from '$lib/lessons/parse';
import { pictureSize } from '$lib/lessons/picture-size';
import type { Reference } from '$lib/lessons/prose';
import { summarise, toPublic } from '$lib/lessons/public';
import { normaliseText } from '$lib/lessons/source-text';
import { headingIdsOf } from '$lib/lessons/walk';
import { courseFolders, slugOf, unreadable } from './course-folders';
import { courseProblems } from './course-problems';
import { readRecorded, recordedStamp, type Recorded } from './recorded-file';
import { findText, loadFiles, readWhole, surveyFolder, type Loaded } from './lesson-folder';

export type Catalogue = {
	/** The course in its order, and what is wrong in the lessons folder. */
	list(): Promise<{ lessons: LessonSummary[]; problems: LessonProblem[] }>;
	/** A lesson as a browser may see it; its version is recorded before it is served. */
	get(slug: string): Promise<PublicLesson | undefined>;
	/** What a lesson's data file holds: of the version that is live, or of the one before, which a page may still show. */
	file(slug: string, name: string, hash: string): Promise<Uint8Array | undefined>;
	/** The solution of an exercise, which is no part of the lesson that a browser gets. */
	solution(slug: string, exercise: string): Promise<Solution | undefined>;
	/** What is wrong in one lesson, with the lines around each place: for its author. Also for one that has never been good. */
	report(slug: string): Promise<AuthorProblem[]>;
	/** Every lesson with all that its author wrote, for those who check lessons. Never for a route. */
	everything(): Promise<{ lessons: WholeLesson[]; problems: LessonProblem[] }>;
	/** What the cells of a lesson gave when they were last recorded, as far as it still holds, and does not spoil a guess. */
	outputs(slug: string): Promise<RecordedOutputs>;
	/** How far somebody is in each lesson, by its id: judged by how their cells ended. */
	progress(ends: readonly CellEnd[]): Promise<Record<string, LessonProgress>>;
	/** The words of every lesson, in the course's order, for a search in the browser. */
	text(): Promise<CourseText>;
	/** What every lesson is now, to be compared. */
	marks(): Promise<CourseMarks>;
	/**
	 * An exercise with everything its author wrote, for the server itself: of the version that is live, or of the one named, which
	 * may be the one before. The version is recorded before it is handed out.
	 */
	exercise(slug: string, exercise: string, version?: string): Promise<LessonExercise | undefined>;
};

/** An exercise in its lesson, with the lesson's data files. */
export type LessonExercise = {
	readonly lesson: Lesson;
	readonly exercise: Exercise;
	readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
};

/** A lesson as it lies on disk. */
export type WholeLesson = {
	/** Of its folder, within the lessons folder. */
	readonly name: string;
	readonly lesson: Lesson;
	readonly source: LessonSource;
	readonly files: readonly Loaded[];
	readonly recorded: Recorded;
};

/** A good version of a lesson. Its files are kept in memory, because they must not go away with the next edit on disk. */
type Version = {
	lesson: Lesson;
	source: LessonSource;
	files: readonly Loaded[];
	/** The lessons and headings that it speaks of. */
	references: readonly Reference[];
	/** The ids of its own headings. */
	headings: ReadonlySet<string>;
};

/** A lesson's text as it was served, and its data files; their bytes are on disk alone. */
export type RecordedSource = { readonly text: string; readonly files: readonly LessonFile[] };

type Entry = {
	/** Size and time of the files that were read: another stamp, another look. */
	stamp: string;
	/** The last good version, which stays live while a file is broken. */
	live: Version | undefined;
	/** The good version before that one. */
	earlier: Version | undefined;
	problems: readonly LessonProblem[];
	/** The text as it was last read, good or not. */
	text: string;
	recorded: Recorded;
};

/**
 * The lessons in `folder`, one per folder `NN-slug/index.md` with its data files beside it, read again when a file changes. Names from outside are only
 * ever looked up among what was found, never made into a path. `recall` gives what was last recorded of a lesson, for one that is broken
 * when it is looked at for the first time.
 */
export function lessonCatalogue(
	folder: string,
	record: (lesson: Lesson, source: LessonSource) => Promise<void>,
	recall: (id: string) => Promise<RecordedSource | undefined> = () => Promise.resolve(undefined)
): Catalogue {
	const entries = new Map<string, Entry>();
	const recorded = new Set<string>();
	/** An entry is another one when anything in its folder has changed: until then its outputs are what they were. */
	const outputsOfEntry = new WeakMap<Entry, Promise<RecordedOutputs>>();

	async function refresh(): Promise<LessonProblem[]> {
		const found = await courseFolders(folder);
		if (!found.ok) return [found.problem];
		for (const known of entries.keys()) if (!found.names.includes(known)) entries.delete(known);
		await Promise.all(
			found.names.map(async (name) => entries.set(name, await look(name, entries.get(name))))
		);
		const all = [
			...found.problems,
			...courseProblems(entries),
			...[...entries.values()].flatMap(({ problems }) => problems)
		];
		return all.toSorted((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1));
	}

	async function look(name: string, before: Entry | undefined): Promise<Entry> {
		const now = await read(name, before);
		const isBroken = before === undefined && now.live === undefined && now.problems.length > 0;
		return isBroken ? { ...now, live: await lastGood(name) } : now;
	}

	/** The last version that was served before this program was started, as long as its data files are still what they were. */
	async function lastGood(name: string): Promise<Version | undefined> {
		try {
			const stored = await recall(slugOf(name));
			if (stored === undefined) return undefined;
			const survey = await surveyFolder(folder, name);
			const own = survey.files.filter(({ name: file }) => stored.files.some((known) => known.name === file));
			const files = await loadFiles(own);
			const isWhole = stored.files.every(({ name: file, hash }) =>
				files.some((loaded) => loaded.file.name === file && loaded.file.hash === hash)
			);
			if (!isWhole) return undefined;
			const read = await versionOf(`${name}/index.md`, stored.text, files);
			return read.ok ? read.version : undefined;
		} catch {
			// The folder or the database cannot be read: that is told elsewhere, and there is no lesson to show.
			return undefined;
		}
	}

	async function read(name: string, before: Entry | undefined): Promise<Entry> {
		const relative = `${name}/index.md`;
		const rest = { live: before?.live, earlier: before?.earlier };
		let stamp = '';
		let text = '';
		let recorded: Recorded = { kind: 'none' };
		try {
			const own = await findText(folder, name);
			const survey = await surveyFolder(folder, name);
			const place = path.join(folder, name);
			const seen = `${own.stamp}\n${survey.stamp}\n${await recordedStamp(place)}`;
			if (before?.stamp === seen) return before;
			recorded = await readRecorded(place);
			if (!own.file.ok) {
				return { ...rest, stamp: seen, problems: [own.file.problem, ...survey.problems], text, recorded };
			}
			const bytes = await readWhole(own.file.found);
			const files = survey.problems.length > 0 ? [] : await loadFiles(survey.files);
			// Everything is read: what fails from here on fails again until something changes. A disk may have recovered.
			stamp = seen;
			text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
			const read = await versionOf(relative, text, files);
			const problems = [...(read.ok ? [] : read.problems), ...survey.problems];
			if (!read.ok || problems.length > 0) return { ...rest, stamp, problems, text, recorded };
			const isSame = rest.live?.lesson.version === read.version.lesson.version;
			const earlier = isSame ? rest.earlier : rest.live;
			return { stamp, live: read.version, earlier, problems: [], text, recorded };
		} catch (error) {
			return { ...rest, stamp, problems: [unreadable(relative, error)], text, recorded };
		}
	}

	const lessons = (): Version[] =>
		[...entries.keys()].sort().flatMap((name) => entries.get(name)?.live ?? []);

	/** The course. */
	const inOrder = (): Lesson[] =>
		firstOfEachId(lessons())
			.map(({ lesson }) => lesson)
			.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));

	async function recordOnce({ lesson, source }: Version): Promise<void> {
		const key = `${lesson.id} ${lesson.version}`;
		if (recorded.has(key)) return;
		await record(lesson, source);
		recorded.add(key);
	}

	return {
		async list() {
			const problems = await refresh();
			return { lessons: inOrder().map(summarise), problems };
		},
		async progress(ends) {
			await refresh();
			return Object.fromEntries(
				inOrder().map(({ id, blocks }): [string, LessonProgress] => {
					const cells = blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell] : []));
					const own = ends.filter(({ lessonId }) => lessonId === id);
					return [id, progressIn(cells, own)];
				})
			);
		},
		async text() {
			await refresh();
			return inOrder().map(textOf);
		},
		async get(slug) {
			await refresh();
			const found = lessons().find(({ lesson }) => lesson.id === slug);
			if (found === undefined) return undefined;
			await recordOnce(found);
			return toPublic(found.lesson);
		},
		async file(slug, name, hash) {
			await refresh();
			const of = (version: Version | undefined): Uint8Array | undefined =>
				version?.lesson.id === slug
					? version.files.find(({ file }) => file.name === name && file.hash === hash)?.bytes
					: undefined;
			for (const { live, earlier } of entries.values()) {
				const bytes = of(live) ?? of(earlier);
				if (bytes !== undefined) return bytes;
			}
			return undefined;
		},
		async solution(slug, exercise) {
			await refresh();
			const found = lessons().find(({ lesson }) => lesson.id === slug);
			return found?.lesson.exercises.find(({ id }) => id === exercise)?.solution;
		},
		async everything() {
			const problems = await refresh();
			const all = [...entries].flatMap(([name, { live, recorded }]) =>
				live === undefined ? [] : [{ name, recorded, ...live }]
			);
			return { lessons: all.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems };
		},
		async report(slug) {
			const problems = await refresh();
			return [...entries].flatMap(([name, { text }]) =>
				slugOf(name) === slug
					? problems.filter((problem) => isOf(name, problem)).map((problem) => withExcerpt(problem, text))
					: []
			);
		},
		async outputs(slug) {
			await refresh();
			const name = [...entries.keys()].sort().find((one) => entries.get(one)?.live?.lesson.id === slug);
			const entry = name === undefined ? undefined : entries.get(name);
			if (entry?.live === undefined || entry.recorded.kind !== 'there') return {};
			const known = outputsOfEntry.get(entry);
			if (known !== undefined) return known;
			const made = outputsOf(entry.live.lesson, entry.recorded.recorded);
			outputsOfEntry.set(entry, made);
			return made;
		},
		async marks() {
			const problems = await refresh();
			const names = [...entries.keys()].sort();
			const states = names.map((name) => {
				const { live, recorded } = entries.get(name) ?? {};
				const version = `${live?.lesson.version ?? ''} ${JSON.stringify(recorded)}`;
				return { name, state: version + JSON.stringify(problems.filter((problem) => isOf(name, problem))) };
			});
			const ids = [...new Set(names.map(slugOf))];
			const lessons = ids.map((id): [string, string] => {
				const own = states.filter(({ name }) => slugOf(name) === id);
				return [id, markOf(JSON.stringify(own))];
			});
			return { course: markOf(JSON.stringify([states, problems])), lessons: Object.fromEntries(lessons) };
		},
		async exercise(slug, name, version) {
			await refresh();
			const earlier = [...entries.keys()].sort().flatMap((key) => entries.get(key)?.earlier ?? []);
			const found = (version === undefined ? lessons() : [...lessons(), ...earlier]).find(
				({ lesson }) => lesson.id === slug && (version === undefined || lesson.version === version)
			);
			const exercise = found?.lesson.exercises.find(({ id }) => id === name);
			if (found === undefined || exercise === undefined) return undefined;
			await recordOnce(found);
			const files = found.files.map(({ file, bytes }) => ({ name: file.name, bytes }));
			return { lesson: found.lesson, exercise, files };
		}
	};
}

async function versionOf(
	relative: string,
	text: string,
	files: readonly Loaded[]
): Promise<{ ok: true; version: Version } | { ok: false; problems: readonly LessonProblem[] }> {
	const source = {
		path: relative,
		text,
		files: files.map((loaded) => loaded.file),
		pictures: sizesOf(files)
	};
	const parsed = await parseLesson(source);
	if (!parsed.ok) return parsed;
	const { lesson, references } = parsed;
	return {
		ok: true,
		version: { lesson, source, files, references, headings: new Set(headingIdsOf(lesson)) }
	};
}

const isOf = (name: string, problem: LessonProblem): boolean => problem.path.startsWith(`${name}/`);

const markOf = (state: string): string => createHash('sha256').update(state).digest('hex').slice(0, 16);

/** Lines before and after the one that is meant, and how much of a line is shown. */
const around = 3;
const maxLineChars = 300;

const sizesOf = (files: readonly Loaded[]): Map<string, PictureSize> =>
	new Map(
		files.flatMap(({ file, bytes }): [string, PictureSize][] => {
			const size = mediaType(file.name)?.startsWith('image/') ? pictureSize(bytes) : undefined;
			return size === undefined ? [] : [[file.name, size]];
		})
	);

function withExcerpt(problem: LessonProblem, text: string): AuthorProblem {
	if (!problem.path.endsWith('/index.md') || text === '') return problem;
	const from = Math.max(1, problem.line - around);
	const lines = normaliseText(text)
		.split('\n')
		.slice(from - 1, problem.line + around)
		.map((line) => (line.length > maxLineChars ? `${line.slice(0, maxLineChars)}…` : line));
	return lines.length === 0 ? problem : { ...problem, excerpt: { from, lines } };
}

function firstOfEachId<T extends { lesson: Lesson }>(all: readonly T[]): T[] {
	return all.filter((one, index) => all.findIndex((other) => other.lesson.id === one.lesson.id) === index);
}
