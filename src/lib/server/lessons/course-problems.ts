import type { Lesson, LessonProblem } from '$lib/domain/lesson';
import { didYouMean } from '$lib/lessons/closest';
import type { Reference } from '$lib/lessons/prose';
import { slugOf } from './course-folders';

/** What lessons know of one another: by the name of each folder the lesson in it, which a folder with a broken text may not have. */
export type Course = ReadonlyMap<
	string,
	{
		readonly live:
			| {
					readonly lesson: Lesson;
					/** The lessons and headings that it speaks of. */
					readonly references: readonly Reference[];
					/** The ids of its own headings. */
					readonly headings: ReadonlySet<string>;
			  }
			| undefined;
	}
>;

/** What is wrong between lessons, each of which is good by itself. */
export const courseProblems = (course: Course): LessonProblem[] => [
	...twins(course),
	...equalOrders(course),
	...lostReferences(course)
];

const inOrderOfNames = (course: Course): string[] => [...course.keys()].sort();

/** Two lessons with one place in the course come in the order of their ids, which nobody meant. */
function equalOrders(course: Course): LessonProblem[] {
	const first = new Map<number, string>();
	return inOrderOfNames(course).flatMap((name) => {
		const lesson = course.get(name)?.live?.lesson;
		if (lesson === undefined) return [];
		const other = first.get(lesson.order);
		if (other === undefined) first.set(lesson.order, name);
		// The same id twice is told already.
		if (other === undefined || slugOf(other) === lesson.id) return [];
		return [
			{
				path: `${name}/index.md`,
				line: 1,
				message: `This lesson has the same place in the course as the one in the folder ${other}: ${lesson.order}.`,
				expected: 'another number before the folder’s name, or another "order"'
			}
		];
	});
}

/** Two folders that differ in their number alone claim one address: the first keeps it, and both names are told. */
function twins(course: Course): LessonProblem[] {
	const seen = new Map<string, string>();
	return inOrderOfNames(course).flatMap((name) => {
		const id = course.get(name)?.live?.lesson.id;
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

/**
 * Links and prerequisites that lead nowhere. A lesson stays live with them: the other one may only be broken just now, or renamed.
 */
function lostReferences(course: Course): LessonProblem[] {
	const names = inOrderOfNames(course);
	// A folder whose text is broken has no lesson yet, but the reference to it is right.
	const known = names.map(slugOf);
	const headings = new Map(
		names.toReversed().flatMap((name): [string, ReadonlySet<string>][] => {
			const live = course.get(name)?.live;
			return live === undefined ? [] : [[live.lesson.id, live.headings]];
		})
	);
	return names.flatMap((name) => {
		const live = course.get(name)?.live;
		return (live?.references ?? []).flatMap(({ lesson, heading, at }): LessonProblem[] => {
			const place = { path: `${name}/index.md`, ...(typeof at === 'number' ? { line: at } : at) };
			if (!known.includes(lesson)) {
				const message = `There is no lesson “${lesson}”.${didYouMean(lesson, known)}`;
				return [{ ...place, message, expected: 'the name of a lesson’s folder without its number' }];
			}
			const isOwn = lesson === live?.lesson.id;
			const found = isOwn ? live.headings : headings.get(lesson);
			if (heading === undefined || found === undefined || found.has(heading)) return [];
			const ids = [...found];
			const where = isOwn ? '' : ` in the lesson “${lesson}”`;
			return [
				{
					...place,
					message: `There is no heading “#${heading}”${where}.${didYouMean(heading, ids)}`,
					expected: ids.length === 0 ? 'a link without #' : `one of #${ids.join(', #')}`
				}
			];
		});
	});
}
