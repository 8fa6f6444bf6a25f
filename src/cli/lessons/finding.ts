/** One thing that the checker says of a lesson. Problems must be mended; notes say what could not be checked. */
export type Finding = {
	/** Relative to the lessons folder. */
	readonly path: string;
	readonly line: number;
	readonly column?: number;
	readonly kind: 'problem' | 'note';
	/** A sentence. */
	readonly what: string;
	readonly expected?: string;
	readonly got?: string;
};

/** What one lesson was found to be. */
export type Checked = {
	readonly lesson: string;
	/** Cells that were run, and exercises whose solution and mistakes were. */
	readonly cells: number;
	readonly exercises: number;
	readonly minutes: number;
	/** The school grade in which one reads such sentences; undefined where there are too few. */
	readonly grade: number | undefined;
	readonly findings: readonly Finding[];
};

/** Reports about one file: a line, a sentence, and what makes it plain. */
export type Tell = (
	line: number,
	what: string,
	more?: { expected?: string; got?: string; kind?: Finding['kind'] }
) => void;

export function inOrder(a: Finding, b: Finding): number {
	if (a.path !== b.path) return a.path < b.path ? -1 : 1;
	return a.line - b.line || (a.column ?? 0) - (b.column ?? 0) || (a.what < b.what ? -1 : 1);
}
