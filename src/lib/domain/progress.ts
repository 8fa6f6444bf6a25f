import type { CellId, LessonId } from './ids';
import type { CellSpec } from './lesson';
import type { RunStatus } from './run';

/** How the last run of a cell ended, without what it gave. `errorType`: the exception that ended it. */
export type CellEnd = {
	readonly lessonId: LessonId;
	readonly cellId: CellId;
	/** Undefined where the cell was typed into and never run. */
	readonly status: RunStatus | undefined;
	readonly errorType: string | undefined;
};

/** How far a learner is in a lesson. `touched`: they left something in it. */
export type LessonProgress = { readonly done: number; readonly all: number; readonly touched: boolean };

/** Whether a run did what its cell is there for: it ended well, or raised what its author means it to raise. */
export function didItsWork(
	spec: CellSpec,
	end: { status: RunStatus | undefined; errorType: string | undefined }
): boolean {
	const meant = spec.role === 'setup' ? undefined : spec.expect;
	return meant === undefined ? end.status === 'ok' : end.status === 'error' && end.errorType === meant;
}

/** Counted over the cells that the lesson has now: what was left in one that is gone counts for nothing. */
export function progressIn(cells: readonly CellSpec[], ends: readonly CellEnd[]): LessonProgress {
	const shown = cells.filter((spec) => spec.role !== 'setup');
	const endOf = new Map(ends.map((end) => [end.cellId, end]));
	const met = shown.flatMap((spec) => {
		const end = endOf.get(spec.id);
		return end === undefined ? [] : [{ spec, end }];
	});
	return {
		done: met.filter(({ spec, end }) => didItsWork(spec, end)).length,
		all: shown.length,
		touched: met.length > 0
	};
}

/** As if every cell took as long as any other: what is shown says "about". Nothing is left of a lesson whose cells are all done. */
export const minutesLeft = (minutes: number, { done, all }: Pick<LessonProgress, 'done' | 'all'>): number =>
	all === 0 ? minutes : Math.ceil((minutes * (all - done)) / all);

/** The lessons before and after one, in the order of the course; neither where the course does not have it. */
export function around<L extends { readonly id: LessonId }>(
	course: readonly L[],
	id: LessonId
): { previous: L | undefined; next: L | undefined } {
	const at = course.findIndex((lesson) => lesson.id === id);
	return { previous: course[at - 1], next: at < 0 ? undefined : course[at + 1] };
}

export type LessonStanding = 'done' | 'in-progress' | 'next' | 'later';

/** Where each lesson of the course stands, in its order. `next`: the first one that is neither begun nor done. */
export function standings(course: readonly LessonProgress[]): LessonStanding[] {
	const own = course.map(({ done, all, touched }) =>
		all > 0 && done === all ? 'done' : touched ? 'in-progress' : 'later'
	);
	const next = own.indexOf('later');
	return own.map((standing, index) => (index === next ? 'next' : standing));
}
