import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { LessonProblem } from '$lib/domain/lesson';
import { createNodePool, type NodePool } from '$lib/runner/node/pool';
import { headingIdsOf } from '$lib/lessons/walk';
import { inspect, type WholeLesson } from '$lib/server/app';
import { checkTeaching } from './check-teaching';
import { checkText, type Headings } from './check-text';
import { inOrder, type Checked, type Finding, type Tell } from './finding';
import { slownessOf, type Slowness } from './machine';
import type { Progress } from './progress';
import { compareRecorded, writeRecorded } from './recorded';
import type { Report } from './report';
import { runCells } from './run-cells';
import { runExercises } from './run-exercises';
import { runQuizzes } from './run-quizzes';
import { checkOutputs, runShown } from './run-shown';
import { sourceLines } from './source-lines';
import { checkTaught, formsOf } from './taught-syntax';

export type CheckOptions = {
	/** The lessons folder. */
	readonly folder: string;
	/** The name of one lesson's folder; all of them where it is left out. */
	readonly only?: string;
	/** Writes what the cells gave and the checks said beside each lesson, in place of comparing it. */
	readonly update: boolean;
	/** Where the build put what Python on the server starts from. */
	readonly runner: string;
	readonly progress: (all: number) => Progress;
	/** For tests, in the place of a measurement. */
	readonly slowness?: Slowness;
};

/** Each process takes a core and some hundred megabytes. */
const maxProcesses = 4;

/** Checks lessons, several at a time. The report is the same however they take turns. Rejects where Python does not start. */
export async function checkLessons(options: CheckOptions): Promise<Report> {
	const { chosen, found, course } = await read(options);
	const size = Math.max(1, Math.min(availableParallelism(), maxProcesses, chosen.length));
	const shown = options.progress(chosen.length);
	// One more than work at a time, for the measurement of how slow this machine is.
	const pool = createNodePool({ folder: options.runner, size: size + 1, warm: size });
	try {
		const state = await pool.state();
		if (!state.ok) throw new Error(`Python does not start on this machine: ${state.message}`);
		const slowness = options.slowness ?? slownessOf(pool);
		const checked = await inTurns(chosen, size, async (whole) => {
			const result = await checkLesson(pool, whole, course, slowness, options);
			shown.done(whole.name);
			return result;
		});
		return reportOf(found, checked);
	} finally {
		shown.end();
		await pool.close();
	}
}

/** What can be said of lessons without Python: the same as above, where nothing is run. */
export async function checkTexts(options: Pick<CheckOptions, 'folder' | 'only'>): Promise<Report> {
	const { chosen, found, course } = await read(options);
	return reportOf(
		found,
		chosen.map((whole) => begin(whole, course).result(0))
	);
}

/** The lessons that are asked for, and what keeps others of them from being read. */
async function read({ folder, only }: Pick<CheckOptions, 'folder' | 'only'>) {
	const { lessons, problems } = await inspect.wholeLessons(folder);
	const orders = lessons.map(({ lesson }) => lesson.order);
	return {
		course: {
			shown: shownBefore(lessons),
			first: Math.min(...orders),
			headings: new Map([
				// A text that is broken has no headings yet, but a link to its lesson is right.
				...problems.flatMap(({ path: place }): [string, undefined][] => {
					const id = /^\d+-([^/]+)\//.exec(place)?.[1];
					return id === undefined ? [] : [[id, undefined]];
				}),
				...lessons.map(({ lesson }): [string, ReadonlySet<string>] => [
					lesson.id,
					new Set(headingIdsOf(lesson))
				])
			])
		},
		chosen: lessons.filter(({ name }) => only === undefined || only === name),
		found: problems.filter(({ path: place }) => only === undefined || place.startsWith(`${only}/`))
	};
}

/** For each lesson what those before it in the course have shown. */
function shownBefore(lessons: readonly WholeLesson[]): Map<string, ReadonlySet<string>> {
	const inCourse = lessons.toSorted((a, b) => a.lesson.order - b.lesson.order);
	const known = new Set<string>();
	return new Map(
		inCourse.map(({ lesson, source }): [string, ReadonlySet<string>] => {
			const before = new Set(known);
			for (const form of formsOf(lesson, sourceLines(source.text, lesson.files))) known.add(form);
			return [lesson.id, before];
		})
	);
}

function reportOf(found: readonly LessonProblem[], checked: readonly Checked[]): Report {
	const findings = [...found.map(asFinding), ...checked.flatMap((one) => one.findings)];
	return { lessons: checked, findings: findings.toSorted(inOrder) };
}

const asFinding = ({ path: place, line, column, message, expected }: LessonProblem): Finding => ({
	path: place,
	line,
	...(column === undefined ? {} : { column }),
	kind: 'problem',
	what: message,
	expected
});

/** What is to be known of all lessons in order to check one. `first`: the place of the one that has none before it. */
type Course = {
	readonly first: number;
	readonly headings: Headings;
	/** For each lesson the forms of Python that the lessons before it have shown. */
	readonly shown: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Checks the text of a lesson, and holds on to what is found in it. */
function begin({ lesson, name, source: written }: WholeLesson, course: Course) {
	const findings: Finding[] = [];
	const tell: Tell = (line, what, { kind = 'problem', ...more } = {}) =>
		void findings.push({ path: `${name}/index.md`, line, kind, what, ...more });
	const source = sourceLines(written.text, lesson.files);
	const grade = checkText(lesson, course.headings, source, tell);
	checkTeaching(lesson, { isFirst: lesson.order <= course.first }, source, tell);
	checkTaught(lesson, course.shown.get(lesson.id) ?? new Set(), source, tell);
	const { id, exercises, minutes } = lesson;
	const result = (cells: number): Checked => ({
		lesson: id,
		cells,
		exercises: exercises.length,
		minutes,
		grade,
		findings
	});
	return { source, tell, findings, result };
}

async function checkLesson(
	pool: NodePool,
	whole: WholeLesson,
	course: Course,
	slowness: Slowness,
	{ folder, update }: CheckOptions
): Promise<Checked> {
	const { lesson, name } = whole;
	const { source, tell, findings, result } = begin(whole, course);
	const never = new AbortController().signal;
	const { ran, cells, printed, stoppedAt } = await runCells(pool, whole, source, tell, slowness, never);
	if (stoppedAt === undefined) checkOutputs(lesson, printed, source, tell);
	await runShown(pool, lesson, source, tell, slowness, never);
	await runQuizzes(pool, lesson, source, tell, slowness, never);
	const exercises = await runExercises(pool, whole, source, tell, slowness, never, stoppedAt);
	const recorded = { format: 1, cells, exercises } as const;
	const place = path.join(folder, name);
	// What a broken lesson gives is nothing to go by.
	if (update && !findings.some(({ kind }) => kind === 'problem')) await writeRecorded(place, recorded);
	else if (!update) compareRecorded(whole.recorded, recorded, lesson, source, tell);
	return result(ran);
}

/** Some at a time; the results stand in the order of what they are of. */
async function inTurns<I, O>(all: readonly I[], size: number, work: (one: I) => Promise<O>): Promise<O[]> {
	const results: O[] = [];
	const waiting = [...all.entries()];
	const worker = async (): Promise<void> => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
			const [index, one] = next;
			results[index] = await work(one);
		}
	};
	await Promise.all(Array.from({ length: size }, worker));
	return results;
}
