import * as v from 'valibot';
import { CellId, LessonId } from '$lib/domain/ids';
import { readStored, store } from './browser-store';

/** The cell that a learner was in last, with its number, which says more to them than its name. */
const LastPlace = v.object({ lesson: LessonId, cell: CellId, number: v.number() });
export type LastPlace = v.InferOutput<typeof LastPlace>;

const key = 'procoder.last-place';

/** Kept in this browser only: where somebody was reading is nothing that a server has to know. */
export const keepPlace = (place: LastPlace): void => void store(key, place);

export function lastPlace(): LastPlace | undefined {
	const stored = v.safeParse(LastPlace, readStored(key));
	return stored.success ? stored.output : undefined;
}
