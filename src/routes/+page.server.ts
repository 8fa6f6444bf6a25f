import type { CellEnd } from '$lib/domain/progress';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	// Before the list: what changes in between is then seen as a change.
	const { course } = await locals.app.lessons.marks();
	const progress = await locals.app.lessons.progress(await endsOf(locals));
	return { mark: course, progress, ...(await locals.app.lessons.list()) };
};

/** Lessons can be read while the database is away: nobody is then known to have done anything. */
async function endsOf({ app, actor }: App.Locals): Promise<CellEnd[]> {
	try {
		const answer = await app.tutoring.readProgress(actor, {});
		return answer.ok ? answer.value : [];
	} catch (error) {
		if (app.failureOf(error) === undefined) throw error;
		return [];
	}
}
