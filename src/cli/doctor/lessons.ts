import { inspect } from '$lib/server/app';
import { bad, ok, type Check } from './check';

const section = 'lessons';

/** One line for the folder, and one for each thing that is wrong in it. */
export async function checkLessons(folder: string): Promise<Check[]> {
	const { lessons, problems } = await inspect.lessons(folder);
	const facts = { folder, lessons: lessons.length, problems: problems.length };
	const first: Check[] =
		lessons.length > 0 || problems.length > 0
			? [
					ok(
						{ section, name: 'lessons' },
						`${lessons.length} ${lessons.length === 1 ? 'lesson' : 'lessons'} in ${folder}.`,
						facts
					)
				]
			: [
					bad(
						{ section, name: 'lessons' },
						`There is no lesson in ${folder}.`,
						'Put one there as NN-name/index.md, or set LESSONS_DIR to the folder with the lessons.',
						facts
					)
				];
	return [
		...first,
		...problems.map(({ path, line, column, message, expected }) =>
			bad(
				{ section, name: 'lesson' },
				`${path}:${line}${column === undefined ? '' : `:${column}`}: ${message}`,
				`Expected: ${expected}.`,
				{
					path,
					line,
					...(column === undefined ? {} : { column })
				}
			)
		)
	];
}
