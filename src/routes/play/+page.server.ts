import { error } from '@sveltejs/kit';
import { playId } from '$lib/domain/play';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const work = await locals.app.tutoring.loadWork(locals.actor, { lessonId: playId });
	// Without its drafts the page must not open: typing into it would overwrite them.
	if (!work.ok) error(503, 'The work on this page cannot be read.');
	return { work: work.value };
};
