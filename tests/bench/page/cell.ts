import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';

/** Whose cell runs makes no difference here. */
export const cellId = v.parse(CellId, 'bench');
