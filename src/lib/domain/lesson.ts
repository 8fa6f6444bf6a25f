import * as v from 'valibot';
import { CellId, ContentHash, LessonId } from './ids';
import { Markdown } from './markdown';

/** What the data files of a lesson may weigh, in bytes; more is refused, never cut. */
export const maxLessonFileBytes = 2 * 1024 * 1024;
export const maxLessonFilesBytes = 10 * 1024 * 1024;
/** As many as a submission can name. */
export const maxLessonFiles = 50;

/** The name of a data file: plain enough for every file system, address and header. It is no path: lessons have no folders. */
export const LessonFileName = v.pipe(
	v.string(),
	v.maxLength(100),
	v.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/),
	v.brand('LessonFileName')
);
export type LessonFileName = v.InferOutput<typeof LessonFileName>;

/** A data file that lies beside a lesson's text, for its cells to read. `hash` is the SHA-256 of its bytes. */
export const LessonFile = v.strictObject({ name: LessonFileName, bytes: v.number(), hash: ContentHash });
export type LessonFile = v.InferOutput<typeof LessonFile>;

/** A lesson's file as it lies on disk. `path` is relative to the lessons folder and appears in error messages. */
export type LessonSource = {
	readonly path: string;
	readonly text: string;
	/** Its data files, in the order of their names. */
	readonly files?: readonly LessonFile[];
};

/** Where a lesson's file is wrong, and what was expected there. Lines count from 1. */
export const LessonProblem = v.strictObject({
	path: v.string(),
	line: v.number(),
	message: v.string(),
	expected: v.string()
});
export type LessonProblem = v.InferOutput<typeof LessonProblem>;

export const CellSpec = v.strictObject({
	id: CellId,
	role: v.picklist(['example']),
	/** A short name for the table of contents and for screen readers. */
	label: v.optional(v.string()),
	/** The code that the cell starts with, without a trailing newline. */
	starter: v.string(),
	/** A run that takes longer than this is stopped; time in which it waits for an answer does not count. */
	limitMs: v.optional(v.pipe(v.number(), v.minValue(100), v.maxValue(600_000)))
});
export type CellSpec = v.InferOutput<typeof CellSpec>;

export const Block = v.variant('kind', [
	v.strictObject({ kind: v.literal('prose'), nodes: v.array(Markdown) }),
	v.strictObject({ kind: v.literal('cell'), cell: CellSpec })
]);
export type Block = v.InferOutput<typeof Block>;

const header = {
	id: LessonId,
	title: v.string(),
	summary: v.string(),
	/** Where the lesson stands in the course: the number before its folder's name, unless the front matter says otherwise. */
	order: v.number(),
	level: v.picklist(['beginner', 'intermediate', 'advanced']),
	/** Minutes that a learner is expected to need. */
	minutes: v.number(),
	tags: v.array(v.string()),
	/** Lessons that come first, by id. */
	prerequisites: v.array(LessonId)
};

/** A parsed lesson with everything its author wrote. Never sent to a browser: see `PublicLesson`. */
export const Lesson = v.strictObject({
	...header,
	/**
	 * SHA-256 of the text of the lesson’s file, without a byte order mark and with line feeds as line ends; where there are
	 * data files, of the text with their names and hashes.
	 */
	version: ContentHash,
	/** Notes for instructors, from the front matter. */
	authorNotes: v.string(),
	blocks: v.array(Block),
	files: v.array(LessonFile)
});
export type Lesson = v.InferOutput<typeof Lesson>;

/** What a browser may see of a lesson: no solutions, no author's notes. The only lesson type that routes return. */
export const PublicLesson = v.strictObject({
	...header,
	version: ContentHash,
	blocks: v.array(Block),
	files: v.array(LessonFile)
});
export type PublicLesson = v.InferOutput<typeof PublicLesson>;

/** A line of the course. */
export const LessonSummary = v.strictObject({ ...header, version: ContentHash, cells: v.number() });
export type LessonSummary = v.InferOutput<typeof LessonSummary>;
