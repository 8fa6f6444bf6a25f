import * as v from 'valibot';

const Mark = v.pipe(v.string(), v.maxLength(64));

/**
 * What the lessons are just now, each as a short text that says nothing and changes whenever its lesson does, or the list of what
 * is wrong in it. A page compares it with the mark that it was loaded with.
 */
export const CourseMarks = v.strictObject({
	/** Of everything together. */
	course: Mark,
	/** By the lesson's id; one that is not there has none. */
	lessons: v.record(v.string(), Mark)
});
export type CourseMarks = v.InferOutput<typeof CourseMarks>;
