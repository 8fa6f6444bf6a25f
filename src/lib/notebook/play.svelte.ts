import { loadWork } from '$lib/api/calls';
import type { LessonWork } from '$lib/domain/draft';
import type { CellId } from '$lib/domain/ids';
import {
	maxPlayCells,
	mergePlayOrders,
	newPlayCell,
	playId,
	playLesson,
	playOrderId,
	readPlayOrder,
	writePlayOrder
} from '$lib/domain/play';
import { CellModel } from './cell-model.svelte';
import type { DraftKeeper } from './draft-keeper.svelte';
import { Notebook } from './notebook.svelte';
import { maxFileBytes, readCells } from './read-cells';

/** What became of a file that was chosen. */
export type FileRead =
	| { kind: 'read'; cells: number; left: number; cut: number }
	| { kind: 'refused'; why: 'kind' | 'shape' | 'empty' | 'long-cell' | 'long-file' | 'unreadable' | 'full' };

/** The learner's own page: a notebook whose cells are added, moved and removed. The list of them is kept as a cell's text is. */
export class Play {
	readonly notebook: Notebook;
	/** Cells that were removed since the page was opened, with the place of each, the last one last. */
	removed = $state.raw<readonly { id: CellId; at: number }[]>([]);
	/** No more cells fit. */
	readonly isFull: boolean = $derived.by(() => this.order.length >= maxPlayCells);
	#work: LessonWork;
	readonly #title: string;
	readonly #text: CellModel;
	readonly #keeper: DraftKeeper;
	#isMerging = false;

	constructor(title: string, work: LessonWork) {
		this.#title = title;
		this.#work = work;
		const stored = work.drafts.find(({ cellId }) => cellId === playOrderId);
		this.#text = new CellModel({ role: 'example', id: playOrderId, starter: '' }, 0, stored?.draft);
		this.notebook = new Notebook(playLesson(title, this.order), work);
		this.#keeper = this.notebook.keepBeside(this.#text, stored);
	}

	get order(): readonly CellId[] {
		return readPlayOrder(this.#text.code);
	}

	/** The notebook shows the cells of the list, whoever changed it: this tab, another one, or an earlier visit. */
	follow(order: readonly CellId[]): void {
		this.notebook.arrange(playLesson(this.#title, order), this.#work);
	}

	/** Where two tabs changed the list, both have their cells. */
	async agree(): Promise<void> {
		const { conflict } = this.#keeper;
		if (conflict === undefined || this.#isMerging) return;
		this.#isMerging = true;
		// The other tab's cells come with their texts.
		const work = await loadWork(fetch, playId);
		if (work.ok) this.#work = work.value;
		const removed = this.removed.map(({ id }) => id);
		const merged = mergePlayOrders(readPlayOrder(conflict.draft.code), this.order, removed);
		this.#text.code = writePlayOrder(merged);
		this.#keeper.keepMine();
		this.#isMerging = false;
	}

	/** Puts an empty cell there, or one with code; its id, or undefined where no more fit. */
	add(at: number, code = ''): CellId | undefined {
		const used = [...this.#work.drafts.map(({ cellId }) => cellId), ...this.removed.map(({ id }) => id)];
		const id = newPlayCell(this.order, used, Math.random);
		if (id === undefined) return undefined;
		this.#set(this.order.toSpliced(at, 0, id));
		const entry = this.notebook.entries.find(({ cell }) => cell.id === id);
		if (entry !== undefined && entry.cell.code !== code) {
			entry.cell.code = code;
			entry.keeper.touch(0);
		}
		return id;
	}

	remove(id: CellId): void {
		const at = this.order.indexOf(id);
		if (at < 0) return;
		this.notebook.entries.find(({ cell }) => cell.id === id)?.cell.stop();
		this.removed = [...this.removed, { id, at }];
		this.#set(this.order.toSpliced(at, 1));
	}

	/** Brings the cell back that was removed last, with its text; undefined where there is none. */
	undo(): CellId | undefined {
		const last = this.removed.at(-1);
		if (last === undefined) return undefined;
		this.removed = this.removed.slice(0, -1);
		if (!this.order.includes(last.id)) this.#set(this.order.toSpliced(last.at, 0, last.id));
		return last.id;
	}

	move(id: CellId, by: -1 | 1): void {
		const at = this.order.indexOf(id);
		const to = at + by;
		if (at < 0 || to < 0 || to >= this.order.length) return;
		this.#set(this.order.toSpliced(at, 1).toSpliced(to, 0, id));
	}

	/** Puts a file's cells behind those that are there. A page that is still blank gives way to them. */
	async read(file: File): Promise<FileRead> {
		if (file.size > maxFileBytes) return { kind: 'refused', why: 'long-file' };
		const content = await file.text().catch(() => undefined);
		if (content === undefined) return { kind: 'refused', why: 'unreadable' };
		const found = readCells(file.name, content);
		if (!found.ok) return { kind: 'refused', why: found.why };
		const [only, ...others] = this.notebook.entries;
		const blank = others.length === 0 && only?.cell.code === '' && !only.cell.isBusy ? only : undefined;
		let cells = 0;
		for (const [index, code] of found.cells.entries()) {
			if (index === 0 && blank !== undefined) {
				blank.cell.code = code;
				blank.keeper.touch(0);
			} else if (this.add(this.order.length, code) === undefined) break;
			cells += 1;
		}
		if (cells === 0) return { kind: 'refused', why: 'full' };
		return { kind: 'read', cells, left: found.left, cut: found.cells.length - cells };
	}

	#set(order: readonly CellId[]): void {
		this.#text.code = writePlayOrder(order);
		this.follow(order);
		this.#keeper.touch(0);
	}
}
