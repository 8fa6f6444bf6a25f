import { explanationPart } from '$lib/notebook/explanation-part.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => {
	// One from an earlier visit stands in the page from its first moment.
	if (data.work.explanations.length > 0) await explanationPart.load();
	return data;
};
