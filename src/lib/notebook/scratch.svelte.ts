import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import { CellModel } from './cell-model.svelte';

/** Code that is tried out below a cell. It belongs to the open page: the lesson does not have it, and nothing stores it. */
export class Scratch {
	cell = $state.raw<CellModel | undefined>();
	/** Counts how often something was put there, so that the page can go to it. */
	asked = $state(0);
	readonly #id: CellId;

	constructor(above: CellId) {
		this.#id = v.parse(CellId, `scratch-${above}`.slice(0, 64).replace(/-+$/, ''));
	}

	/** With `code`, puts it there; in the cell that is open already it is an edit, which can be undone. */
	open(code?: string): CellModel {
		this.cell ??= new CellModel({ role: 'example', id: this.#id, starter: '' }, 0, undefined);
		if (code !== undefined) {
			if (!this.cell.isBusy) this.cell.code = code;
			this.asked += 1;
		}
		return this.cell;
	}

	close(): void {
		this.cell?.stop();
		this.cell = undefined;
	}

	/** Python is a new one. */
	forget(): void {
		if (this.cell?.memory === 'here') this.cell.memory = 'gone';
	}
}
