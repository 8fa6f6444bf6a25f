import { Outbox, waitOrOnline, type OutboxState } from '$lib/api/outbox';
import type { LessonWork } from '$lib/domain/draft';
import type { PublicLesson } from '$lib/domain/lesson';
import { startRunners, type RunnerPair } from '$lib/runner/page/pair';
import type { RunnerState } from '$lib/runner/page/client';
import { CellModel } from './cell-model.svelte';
import { DraftKeeper } from './draft-keeper.svelte';
import { TutorPanel } from './tutor-panel.svelte';

/** One cell with what belongs to it. */
export type Entry = { cell: CellModel; keeper: DraftKeeper; tutor: TutorPanel };

/** The open lesson: its cells, its two interpreters, and what is on its way to the server. */
export class Notebook {
	readonly lesson: PublicLesson;
	readonly entries: readonly Entry[];
	/** Why Python was last started anew without being asked; shown until the next run. */
	restart = $state<'stopped' | 'crashed' | undefined>();
	saving = $state<OutboxState>('empty');
	#desk = $state.raw<RunnerState>({ kind: 'starting' });
	#restarting = $state(false);
	#runners: RunnerPair | undefined;
	/** The cells in the order in which they last ran to their end at the desk, with the code that ran. */
	#ran: { cell: CellModel; code: string }[] = [];

	constructor(lesson: PublicLesson, work: LessonWork) {
		this.lesson = lesson;
		const outbox = new Outbox((state) => (this.saving = state), waitOrOnline);
		this.entries = lesson.blocks
			.flatMap((block) => (block.kind === 'cell' ? [block.cell] : []))
			.map((spec, index) => {
				const stored = work.drafts.find((draft) => draft.cellId === spec.id);
				const cell = new CellModel(spec, index + 1, stored?.draft);
				return {
					cell,
					keeper: new DraftKeeper(cell, lesson, stored, outbox),
					tutor: new TutorPanel(
						outbox,
						work.explanations.find((explanation) => explanation.cellId === spec.id)
					)
				};
			});
	}

	readonly python = $derived.by(() => {
		if (this.#desk.kind === 'failed') return 'failed';
		if (this.#desk.kind === 'starting') return this.#restarting ? 'restarting' : 'starting';
		return this.entries.some(({ cell }) => cell.isBusy) ? 'busy' : 'ready';
	});

	get failure(): string | undefined {
		return this.#desk.kind === 'failed' ? this.#desk.message : undefined;
	}

	/** Starts Python, and takes up work that never reached the server. Returns what ends it. */
	open(): () => void {
		for (const { keeper } of this.entries) keeper.recover();
		this.#runners = startRunners({
			desk: {
				state: (state) => (this.#desk = state),
				restarted: (why) => this.#forget(why)
			},
			// The bench may be replaced at any time: nobody's variables live there.
			bench: { state: () => undefined, restarted: () => undefined }
		});
		return () => {
			for (const { keeper, tutor } of this.entries) {
				keeper.flush();
				tutor.stop();
			}
			this.#runners?.dispose();
		};
	}

	async run({ cell, keeper }: Entry): Promise<void> {
		if (this.#runners === undefined || cell.isBusy) return;
		const code = cell.code;
		await cell.run(this.#runners.desk);
		const status = cell.lastRun?.result.status;
		// Only a run that came to its own end can be replayed: an endless loop in the context would hang every claim after it.
		if (status === 'ok' || status === 'error') {
			this.#ran = [...this.#ran.filter((entry) => entry.cell !== cell), { cell, code }];
		}
		keeper.touch();
	}

	async runAll(): Promise<void> {
		for (const entry of this.entries) {
			await this.run(entry);
			if (entry.cell.lastRun?.result.status !== 'ok') return;
		}
	}

	async explain({ cell, keeper, tutor }: Entry): Promise<void> {
		if (this.#runners === undefined) return;
		keeper.flush();
		const lastRun = cell.lastRun;
		await tutor.explain(
			{
				lessonId: this.lesson.id,
				lessonVersion: this.lesson.version,
				cellId: cell.id,
				code: cell.code,
				context: this.#ran
					.filter((entry) => entry.cell !== cell)
					.map((entry) => ({ cellId: entry.cell.id, code: entry.code })),
				result: lastRun?.code === cell.code ? lastRun.result : undefined
			},
			this.#runners.bench,
			() => (this.#desk.kind === 'ready' ? this.#desk.python : '')
		);
	}

	#forget(why: 'asked' | 'stopped' | 'crashed'): void {
		this.#restarting = true;
		this.#ran = [];
		for (const { cell } of this.entries) cell.ranHere = false;
		this.restart = why === 'asked' ? undefined : why;
	}
}
