import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => ({ isOperator: locals.isOperator });

export const actions: Actions = {
	/** Gives the cookie to who has the code. It goes when the browser is closed, and means nothing after the server's next start. */
	default: async ({ request, cookies, locals, url }) => {
		const code = (await request.formData()).get('code');
		const { operator } = locals.app;
		const value = typeof code === 'string' ? operator.admit(code) : undefined;
		if (value === undefined) return fail(403, { isWrong: true });
		cookies.set(operator.cookie, value, {
			path: '/',
			httpOnly: true,
			sameSite: 'strict',
			secure: url.protocol === 'https:'
		});
		redirect(303, '/');
	}
};
