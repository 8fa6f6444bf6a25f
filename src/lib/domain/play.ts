import * as v from 'valibot';
import { CellId, ContentHash, LessonId } from './ids';
import { LanguageTag, type PublicLesson } from './lesson';

/**
 * The learner's own page: a lesson to everything that keeps work, whose cells the learner adds and removes. No folder may have
 * its name.
 */
export const playId = v.parse(LessonId, 'play');
/** It has one version only: nothing of it is written by an author. */
export const playVersion = v.parse(ContentHash, '0'.repeat(64));
/** The page's list of its cells is itself kept as the text of a cell: saved, agreed on between tabs, and versioned like one. */
export const playOrderId = v.parse(CellId, 'order');

/** As many cells as a page shows. */
export const maxPlayCells = 200;
/** There are more names than that, because a cell that was removed keeps its name and its text. */
const cellNames = Array.from({ length: 500 }, (_, index) => v.parse(CellId, `own-${index + 1}`));
const known: ReadonlySet<string> = new Set(cellNames);
/** Everything that work may be kept for. */
export const playCellIds: readonly CellId[] = [playOrderId, ...cellNames];

const Order = v.pipe(
	v.string(),
	v.parseJson(),
	v.array(
		v.pipe(
			CellId,
			v.check((id) => known.has(id))
		)
	),
	v.transform((ids) => [...new Set(ids)].slice(0, maxPlayCells))
);

/** A page that was never changed, or whose list cannot be read, begins with one cell. */
export function readPlayOrder(text: string): readonly CellId[] {
	const order = v.safeParse(Order, text);
	return order.success ? order.output : cellNames.slice(0, 1);
}

export const writePlayOrder = (order: readonly CellId[]): string => JSON.stringify(order);

/**
 * A name for a new cell: one that nothing is kept under, as long as there is any, else one that the page does not show. `random`: two
 * tabs that add a cell at the same time should not choose the same. Undefined on a page that is full.
 */
export function newPlayCell(
	order: readonly CellId[],
	used: readonly CellId[],
	random: () => number
): CellId | undefined {
	if (order.length >= maxPlayCells) return undefined;
	const shown = new Set(order);
	const free = cellNames.filter((id) => !shown.has(id));
	const kept = new Set(used);
	const fresh = free.filter((id) => !kept.has(id));
	const choice = fresh.length > 0 ? fresh : free;
	return choice[Math.floor(random() * choice.length)];
}

/** Both tabs' cells in the other's order, without what was removed here; each of ours stands behind the one it stood behind. */
export function mergePlayOrders(
	theirs: readonly CellId[],
	ours: readonly CellId[],
	removed: readonly CellId[]
): readonly CellId[] {
	const merged = theirs.filter((id) => !removed.includes(id));
	for (const [at, id] of ours.entries()) {
		if (merged.includes(id)) continue;
		const before = ours.slice(0, at).findLast((other) => merged.includes(other));
		merged.splice(before === undefined ? 0 : merged.indexOf(before) + 1, 0, id);
	}
	return merged.slice(0, maxPlayCells);
}

/** The page as a lesson. */
export const playLesson = (title: string, order: readonly CellId[]): PublicLesson => ({
	id: playId,
	title,
	summary: '',
	order: 0,
	level: 'beginner',
	minutes: 1,
	language: v.parse(LanguageTag, 'en'),
	tags: [],
	prerequisites: [],
	version: playVersion,
	blocks: order.map((id) => ({ kind: 'cell', cell: { role: 'example', id, starter: '' } })),
	exercises: [],
	files: []
});
