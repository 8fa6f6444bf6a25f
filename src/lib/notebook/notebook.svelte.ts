import { loadWork } from '$lib/api/calls';
import { Outbox, waitOrOnline, type OutboxState } from '$lib/api/outbox';
import { send } from '$lib/api/request';
import type { LessonWork } from '$lib/domain/draft';
import type { PublicLesson } from '$lib/domain/lesson';
import { t } from '$lib/i18n/translate';
import { startRunners, type RunnerPair } from '$lib/runner/page/pair';
import type { RunnerState } from '$lib/runner/page/client';
import { openTab } from './browser-store';
import { CellModel } from './cell-model.svelte';
import { DraftKeeper } from './draft-keeper.svelte';
import { LetterBox } from './letter-box';
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
	readonly #letters = new LetterBox();
	readonly #outbox: Outbox;
	#runners: RunnerPair | undefined;
	/** The cells in the order in which they last ran to their end at the desk, with the code that ran. */
	#ran: { cell: CellModel; code: string }[] = [];

	constructor(lesson: PublicLesson, work: LessonWork) {
		this.lesson = lesson;
		const outbox = new Outbox({
			send: (request) => send(fetch, request),
			wait: waitOrOnline,
			store: this.#letters,
			onstate: (state) => (this.saving = state)
		});
		this.#outbox = outbox;
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
		void this.#recover();
		this.#runners = startRunners({
			titles: { desk: t('python.frame.desk'), bench: t('python.frame.bench') },
			desk: {
				state: (state) => (this.#desk = state),
				restarted: (why) => this.#forget(why)
			},
			// The bench may be replaced at any time: nobody's variables live there.
			bench: { state: () => undefined, restarted: () => undefined }
		});
		return () => {
			this.flush();
			for (const { tutor } of this.entries) tutor.stop();
			this.#runners?.dispose();
		};
	}

	/** Sends what still rests: the page may be about to go. */
	flush(): void {
		for (const { keeper } of this.entries) keeper.flush();
	}

	/** What an earlier visit could not send goes first; when it has arrived, the page shows what the server then has. */
	async #recover(): Promise<void> {
		const tab = await openTab();
		for (const { keeper } of this.entries) keeper.recover(tab);
		const left = this.#letters.open(tab).map((letter) => this.#outbox.post(letter));
		if (left.length === 0) return;
		await Promise.all(left);
		const work = await loadWork(fetch, this.lesson.id);
		if (!work.ok) return;
		for (const { cell, tutor } of this.entries) {
			const stored = work.value.explanations.find(({ cellId }) => cellId === cell.id);
			if (stored !== undefined) tutor.show(stored);
		}
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
		keeper.touch(0);
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

	#forget(why: 'stopped' | 'crashed'): void {
		this.#restarting = true;
		this.#ran = [];
		for (const { cell } of this.entries) cell.ranHere = false;
		this.restart = why;
	}
}
