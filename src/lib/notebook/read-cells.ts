import * as v from 'valibot';
import { codeFits } from '$lib/domain/limits';

/** A notebook file with its pictures in it; the cells' own text is bounded one by one. */
export const maxFileBytes = 10 * 1024 * 1024;

const text = v.union([
	v.string(),
	v.pipe(
		v.array(v.string()),
		v.transform((lines) => lines.join(''))
	)
]);
/** Of a notebook only what is read. Until version 4 cells stood in sheets, and are not read. */
const NotebookFile = v.object({
	cells: v.array(v.object({ cell_type: v.string(), source: text }))
});

export type ReadCells =
	| { ok: true; cells: readonly string[]; /** Cells of text, which are left out. */ left: number }
	| { ok: false; why: 'kind' | 'shape' | 'empty' | 'long-cell' };

/** The code in a file: of a `.ipynb` its code cells; of a `.py` the parts that `# %%` begins, as editors write them, or all of it. */
export function readCells(name: string, content: string): ReadCells {
	const kind = /\.(ipynb|py)$/i.exec(name)?.[1]?.toLowerCase();
	if (kind === undefined) return { ok: false, why: 'kind' };
	const read = kind === 'py' ? { cells: scriptCells(content), left: 0 } : notebookCells(content);
	if (read === undefined) return { ok: false, why: 'shape' };
	const cells = read.cells.map(trimmed).filter((code) => code !== '');
	if (cells.length === 0) return { ok: false, why: 'empty' };
	if (!cells.every(codeFits)) return { ok: false, why: 'long-cell' };
	return { ok: true, cells, left: read.left };
}

function notebookCells(content: string): { cells: string[]; left: number } | undefined {
	const file = v.safeParse(v.pipe(v.string(), v.parseJson(), NotebookFile), content);
	if (!file.success) return undefined;
	const code = file.output.cells.filter(({ cell_type }) => cell_type === 'code');
	return { cells: code.map(({ source }) => source), left: file.output.cells.length - code.length };
}

const scriptCells = (content: string): string[] => content.split(/^# ?%%.*(?:\r?\n|$)/m);

/** Empty lines around it, a byte order mark and foreign line ends are no part of the code. */
const trimmed = (code: string): string =>
	code
		.replace(/^\uFEFF/, '')
		.replace(/\r\n?/g, '\n')
		.replace(/^(?:[ \t]*\n)+/, '')
		.trimEnd();
