import * as v from 'valibot';
import { CellId, ContentHash, LessonId, slug } from './ids';
import { Inline, Markdown, type PictureSize } from './markdown';

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
	/** How large each picture among them is, by name, where it says so. */
	readonly pictures?: ReadonlyMap<string, PictureSize> | undefined;
};

/** Where a lesson's file is wrong, and what was expected there. Lines and columns count from 1. */
export const LessonProblem = v.strictObject({
	path: v.string(),
	line: v.number(),
	/** Absent where the whole line, or what begins on it, is meant. In UTF-16 code units, as editors count. */
	column: v.optional(v.number()),
	message: v.string(),
	expected: v.string()
});
export type LessonProblem = v.InferOutput<typeof LessonProblem>;

/** Names the pieces of one exercise wherever they stand in the file. */
export const ExerciseId = v.pipe(slug, v.brand('ExerciseId'));
export type ExerciseId = v.InferOutput<typeof ExerciseId>;
export const QuizId = v.pipe(slug, v.brand('QuizId'));
export type QuizId = v.InferOutput<typeof QuizId>;
export const MistakeId = v.pipe(slug, v.brand('MistakeId'));
export type MistakeId = v.InferOutput<typeof MistakeId>;

const written = {
	id: CellId,
	/** The code that the cell starts with, without a trailing newline. */
	starter: v.string(),
	/** A run that takes longer than this is stopped; time in which it waits for an answer does not count. */
	limitMs: v.optional(v.pipe(v.number(), v.minValue(100), v.maxValue(600_000)))
};
const shown = {
	...written,
	/** A short name for the table of contents and for screen readers. */
	label: v.optional(v.string()),
	/** A learner reads and runs it, but types nothing into it. */
	editable: v.optional(v.literal(false)),
	/** Runs by itself when Python is there. */
	autorun: v.optional(v.literal(true)),
	/** Asks what will be printed before its first run. */
	predict: v.optional(v.literal(true)),
	/** The starter has blanks (see `lesson-blanks.ts`), which are the only places to type. */
	blanks: v.optional(v.literal(true)),
	/** The exception that ends it, as its author means it to. */
	expect: v.optional(v.string()),
	/** The lesson's data files that it reads. */
	files: v.optional(v.array(LessonFileName)),
	/** What its `input()` gets where nobody is there to type: when the lesson is checked. */
	stdin: v.optional(v.pipe(v.array(v.string()), v.maxLength(100)))
};

export const CellSpec = v.variant('role', [
	v.strictObject({ role: v.literal('example'), ...shown }),
	v.strictObject({ role: v.literal('exercise'), exercise: ExerciseId, ...shown }),
	/** Never shown: it runs before the cells of its exercises do. */
	v.strictObject({ role: v.literal('setup'), exercises: v.array(ExerciseId), ...written })
]);
export type CellSpec = v.InferOutput<typeof CellSpec>;

const question = {
	id: QuizId,
	question: v.array(Markdown),
	/** The answers are in the page: a quiz is for the reader alone, and nothing is graded by it. */
	options: v.array(v.strictObject({ text: v.array(Inline), right: v.boolean(), reply: v.array(Markdown) }))
};
/** `single`: exactly one option is right. */
export const Quiz = v.variant('choice', [
	v.strictObject({ choice: v.literal('single'), ...question }),
	v.strictObject({ choice: v.literal('multiple'), ...question })
]);
export type Quiz = v.InferOutput<typeof Quiz>;

export const Block = v.variant('kind', [
	v.strictObject({ kind: v.literal('prose'), nodes: v.array(Markdown) }),
	v.strictObject({ kind: v.literal('cell'), cell: CellSpec }),
	v.strictObject({ kind: v.literal('quiz'), quiz: Quiz })
]);
export type Block = v.InferOutput<typeof Block>;

/** Python that judges an answer. `server`: only a run on the server counts, and the code never leaves it. */
export const Check = v.strictObject({
	where: v.picklist(['page', 'server']),
	code: v.string(),
	limitMs: written.limitMs
});
export type Check = v.InferOutput<typeof Check>;

/** A wrong answer that was foreseen. */
export const Mistake = v.strictObject({
	id: MistakeId,
	/** What somebody who answers so believes. */
	belief: v.string(),
	/** Code that must bring out the message. */
	sample: v.string(),
	/** Python that recognises the mistake; without it a check names the mistake by its id. */
	detector: v.optional(v.string()),
	message: v.array(Markdown)
});
export type Mistake = v.InferOutput<typeof Mistake>;

/** `code` runs; `nodes` is how it is shown, with what the author says about it. */
export const Solution = v.strictObject({ code: v.string(), nodes: v.array(Markdown) });
export type Solution = v.InferOutput<typeof Solution>;

const exercise = {
	id: ExerciseId,
	/** The cell that a learner starts from. */
	cell: CellId,
	/** The cells that run before it, in their order. */
	setup: v.array(CellId),
	/** Up to three, each saying more than the one before. */
	hints: v.array(v.array(Markdown))
};

export const Exercise = v.strictObject({
	...exercise,
	checks: v.array(Check),
	solution: Solution,
	mistakes: v.array(Mistake)
});
export type Exercise = v.InferOutput<typeof Exercise>;

/** An exercise without what gives it away. The solution has an address of its own, asked for when it is revealed. */
export const PublicExercise = v.strictObject({
	...exercise,
	/** How many checks it has, the server's included: with none, an answer cannot be checked. */
	checks: v.number()
});
export type PublicExercise = v.InferOutput<typeof PublicExercise>;

/** A language as HTML names it, in its canonical form: `en`, `pt-BR`, `zh-Hant`. */
export const LanguageTag = v.pipe(
	v.string(),
	v.maxLength(35),
	v.check((tag) => canonicalTag(tag) === tag, 'not a canonical BCP 47 tag'),
	v.brand('LanguageTag')
);
export type LanguageTag = v.InferOutput<typeof LanguageTag>;

/** Undefined for what is no BCP 47 tag at all. */
export function canonicalTag(tag: string): string | undefined {
	try {
		return Intl.getCanonicalLocales(tag)[0];
	} catch {
		return undefined;
	}
}

const header = {
	id: LessonId,
	title: v.string(),
	summary: v.string(),
	/** Where the lesson stands in the course: the number before its folder's name, unless the front matter says otherwise. */
	order: v.number(),
	level: v.picklist(['beginner', 'intermediate', 'advanced']),
	/** Minutes that a learner is expected to need. */
	minutes: v.number(),
	/** In which its text is written. */
	language: LanguageTag,
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
	exercises: v.array(Exercise),
	files: v.array(LessonFile)
});
export type Lesson = v.InferOutput<typeof Lesson>;

/** What a browser may see of a lesson: no solutions, no checks, no foreseen mistakes, no author's notes. The only lesson type that routes return. */
export const PublicLesson = v.strictObject({
	...header,
	version: ContentHash,
	blocks: v.array(Block),
	exercises: v.array(PublicExercise),
	files: v.array(LessonFile)
});
export type PublicLesson = v.InferOutput<typeof PublicLesson>;

/** A line of the course. */
export const LessonSummary = v.strictObject({ ...header, version: ContentHash, cells: v.number() });
export type LessonSummary = v.InferOutput<typeof LessonSummary>;
/** What a link to a lesson says of it. */
export type LessonLink = Pick<LessonSummary, 'id' | 'title' | 'language'>;
