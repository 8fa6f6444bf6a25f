import type { LessonProblem } from './lesson';

/** What is wrong in a lesson, as its author sees it: with the lines around the place. Never sent to a learner. */
export type AuthorProblem = LessonProblem & {
	/** Absent where the problem is not in the lesson's text. `from` is the number of the first line. */
	excerpt?: { from: number; lines: string[] };
};
