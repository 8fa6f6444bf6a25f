import * as v from 'valibot';
import { CellId, contentHash, ContentHash } from './ids';
import { ExerciseId, MistakeId, type Block, type CellSpec, type Exercise, type LessonFile } from './lesson';
import { OutputPart } from './run';

/** What a cell gave when the lesson was last recorded. */
export const RecordedCell = v.strictObject({
	/** Of all code up to the end of this cell, and of the data files: where it is another, the record says nothing any more. */
	fits: ContentHash,
	outputs: v.pipe(v.array(OutputPart), v.maxLength(1_000)),
	/** What it raised, where it is meant to. */
	error: v.optional(v.strictObject({ type: v.string(), message: v.string() }))
});
export type RecordedCell = v.InferOutput<typeof RecordedCell>;

/** What a learner would be told of one answer, line by line, so that a file that changed shows which words did. */
const Told = v.pipe(v.array(v.string()), v.maxLength(10_000));

/** What the checks of an exercise say of everything in the lesson that they can be tried on. */
export const RecordedExercise = v.strictObject({
	solution: Told,
	starter: Told,
	/** Of the sample of each mistake. */
	mistakes: v.record(MistakeId, Told)
});
export type RecordedExercise = v.InferOutput<typeof RecordedExercise>;

/** The file `expected.json` beside a lesson: made by the checker, read by the server. */
export const RecordedLesson = v.strictObject({
	format: v.literal(1),
	cells: v.record(CellId, RecordedCell),
	/** Absent from files that were written before checks were recorded, too. */
	exercises: v.optional(v.record(ExerciseId, RecordedExercise), {})
});
export type RecordedLesson = v.InferOutput<typeof RecordedLesson>;

/** A cell as it runs when somebody goes through a lesson from its top, and solves every exercise. */
export type Step = { readonly cell: CellSpec; readonly code: string };

type Steps = {
	readonly blocks: readonly Block[];
	readonly exercises: readonly Pick<Exercise, 'id' | 'setup' | 'solution'>[];
};

/** The whole walk. Setup runs before the first exercise that needs it; a cell with blanks is left out, as nobody has filled them. */
export function stepsOf({ blocks, exercises }: Steps): Step[] {
	const cells = blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell] : []));
	const done: CellSpec[] = [];
	return cells.flatMap((cell): Step[] => {
		if (cell.role === 'setup') return [];
		if (cell.role === 'example') return cell.blanks === true ? [] : [{ cell, code: cell.starter }];
		const exercise = exercises.find(({ id }) => id === cell.exercise);
		if (exercise === undefined) return [];
		const setup = cells.filter(({ id }) => exercise.setup.includes(id)).filter((one) => !done.includes(one));
		done.push(...setup);
		return [
			...setup.map((one) => ({ cell: one, code: one.starter })),
			{ cell, code: exercise.solution.code }
		];
	});
}

/** What is typed for a cell when a lesson is gone through without anybody there. */
export const linesFor = (cell: CellSpec): readonly string[] =>
	cell.role === 'setup' ? [] : (cell.stdin ?? []);

/** For each step what its record must say that it fits. Each is made of the one before, so that long lessons take no longer by the cell. */
export async function fitsOf(steps: readonly Step[], files: readonly LessonFile[]): Promise<ContentHash[]> {
	let above = await contentHash(JSON.stringify(files.map(({ name, hash }) => `${name} ${hash}`)));
	const fits: ContentHash[] = [];
	for (const { cell, code } of steps) {
		const typed = linesFor(cell).length === 0 ? '' : `\n${JSON.stringify(linesFor(cell))}`;
		above = await contentHash(`${above}\n${code}${typed}`);
		fits.push(above);
	}
	return fits;
}

/** What a page shows below cells that nobody has run yet. */
export type RecordedOutputs = Record<string, Pick<RecordedCell, 'outputs' | 'error'>>;

/**
 * Of the cells whose record still holds. One that asks for a guess has none: it would say what is to be guessed; nor has one that asks
 * the learner for lines.
 */
export async function outputsOf(
	lesson: Steps & { files: readonly LessonFile[] },
	{ cells }: RecordedLesson
): Promise<RecordedOutputs> {
	const steps = stepsOf(lesson);
	const fits = await fitsOf(steps, lesson.files);
	const found = steps.flatMap(({ cell }, index): [string, RecordedOutputs[string]][] => {
		const record = Object.entries(cells).find(([id]) => id === cell.id)?.[1];
		if (record === undefined || record.fits !== fits[index]) return [];
		if (cell.role !== 'example' || cell.predict === true || linesFor(cell).length > 0) return [];
		const { outputs, error } = record;
		return [[cell.id, { outputs, ...(error === undefined ? {} : { error }) }]];
	});
	return Object.fromEntries(found);
}
