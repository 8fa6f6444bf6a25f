import { download } from './download';
import type { Notebook } from './notebook.svelte';

/** The lesson as a Jupyter notebook, with the learner's own code and what it gave. */
export async function downloadLesson({ lesson, entries }: Notebook): Promise<void> {
	// Few ever want it, so the page does not load it for all.
	const { notebookFile } = await import('./notebook-file');
	const work = new Map(
		entries.map(({ cell }) => {
			const { code, lastRun } = cell;
			return [cell.id, { code, result: lastRun?.code === code ? lastRun.result : undefined }];
		})
	);
	download(`${lesson.id}.ipynb`, 'application/x-ipynb+json', notebookFile(lesson, work, location.origin));
}
