import type { CellId } from '$lib/domain/ids';
import { t } from '$lib/i18n/translate';
import type { Staleness } from '$lib/reactive/lineage';
import type { CellModel } from './cell-model.svelte';

/** Why a cell is out of date, in words; backquotes mark the name. `by`: the cell whose doing it is, where it is still there. */
export function staleText(why: {
	name: string;
	kind: Staleness<CellId>['kind'];
	by: CellModel | undefined;
}): string {
	return t(`cell.stale.${why.kind}`, { name: `\`${why.name}\``, cell: nameOf(why.by) });
}

function nameOf(cell: CellModel | undefined): string {
	if (cell === undefined || cell.spec.role === 'setup') return t('cell.stale.cell.hidden');
	const { number, spec } = cell;
	return spec.label === undefined
		? t('cell.stale.cell', { number })
		: t('cell.stale.cell.labelled', { number, label: spec.label });
}
