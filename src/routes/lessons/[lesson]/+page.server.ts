import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { LessonId } from '$lib/domain/ids';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const lessonId = v.safeParse(LessonId, params.lesson);
	// Before the lesson: what changes in between is then seen as a change.
	const { lessons } = await locals.app.lessons.marks();
	const lesson = lessonId.success ? await locals.app.lessons.get(lessonId.output) : undefined;
	if (lesson === undefined) error(404, 'There is no such lesson.');
	const work = await locals.app.tutoring.loadWork(locals.actor, { lessonId: lesson.id });
	// Without its drafts the lesson must not open: typing into it would overwrite them.
	if (!work.ok) error(503, 'The work in this lesson cannot be read.');
	return { lesson, work: work.value, mark: lessons[lesson.id] };
};
