import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	// Before the list: what changes in between is then seen as a change.
	const { course } = await locals.app.lessons.marks();
	return { mark: course, ...(await locals.app.lessons.list()) };
};
