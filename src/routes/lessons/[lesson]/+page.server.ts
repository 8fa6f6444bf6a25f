import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { LessonId } from '$lib/domain/ids';
import { around } from '$lib/domain/progress';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const lessonId = v.safeParse(LessonId, params.lesson);
	// Before the lesson: what changes in between is then seen as a change.
	const { lessons } = await locals.app.lessons.marks();
	const lesson = lessonId.success ? await locals.app.lessons.get(lessonId.output) : undefined;
	// Sources hold solutions: only the operator sees what is wrong in them.
	const problems =
		locals.isOperator && lessonId.success ? await locals.app.lessons.report(lessonId.output) : [];
	if (lesson === undefined) {
		if (problems.length === 0 || !lessonId.success) error(404, 'There is no such lesson.');
		return { id: lessonId.output, mark: lessons[lessonId.output], problems, open: undefined };
	}
	const recorded = await locals.app.lessons.outputs(lesson.id);
	const work = await locals.app.tutoring.loadWork(locals.actor, {
		lessonId: lesson.id,
		version: lesson.version
	});
	// Without its drafts the lesson must not open: typing into it would overwrite them.
	if (!work.ok) error(503, 'The work in this lesson cannot be read.');
	const { lessons: course } = await locals.app.lessons.list();
	const neighbours = around(
		course.map(({ id, title, language }) => ({ id, title, language })),
		lesson.id
	);
	const open = { lesson, work: work.value, recorded, neighbours };
	return { id: lesson.id, mark: lessons[lesson.id], problems, open };
};
