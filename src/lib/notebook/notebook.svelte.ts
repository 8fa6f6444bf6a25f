import * as v from 'valibot';
import { attemptIn, loadLessonFile, loadWork, pythonMs } from '$lib/api/calls';
import { Outbox, waitOrOnline, type Letter, type OutboxState } from '$lib/api/outbox';
import { send, type ApiResult } from '$lib/api/request';
import type { LessonWork, StoredDraft } from '$lib/domain/draft';
import { cellsAbove, setupOf } from '$lib/domain/exercise-check';
import type { CellId } from '$lib/domain/ids';
import type { CellSpec, PublicLesson } from '$lib/domain/lesson';
import { Members, type MemberQuery } from '$lib/editor/members';
import type { SubmissionContext } from '$lib/domain/submission';
import { t } from '$lib/i18n/translate';
import type { Staleness } from '$lib/reactive/lineage';
import type { RunnerState } from '$lib/runner/page/client';
import { typedLines } from '$lib/tutor/typed-lines';
import { startRunners, type RunnerPair } from '$lib/runner/page/start';
import { canStore, keepsCookies, openTab, type Tab } from './browser-store';
import { CellModel } from './cell-model.svelte';
import { ExerciseCheck, hearElsewhere } from './exercise-check.svelte';
import { DraftKeeper } from './draft-keeper.svelte';
import { KeptAnswer } from './kept-answer.svelte';
import { LetterBox } from './letter-box';
import { Prediction } from './prediction';
import { isShown, RunningOrder, type Restart as RestartOf, type Series } from './running-order.svelte';
import { Scratch } from './scratch.svelte';
import type { AnswerTo } from './try-call';
import { TryCall } from './try-call.svelte';
import { TutorPanel, type AskedModel } from './tutor-panel.svelte';

/** The kernel reads at most some hundred names; that this is not enough is a machine that stands still. */
const membersTimeoutMs = 10_000;

/** One cell with what belongs to it. */
export type Entry = {
	cell: CellModel;
	keeper: DraftKeeper;
	tutor: TutorPanel;
	/** Where the cell begins an exercise. */
	check: ExerciseCheck | undefined;
	/** What the learner expected of the cell's first run, where the lesson asks. */
	prediction: KeptAnswer<Prediction>;
	/** Code that is tried out below the cell. */
	scratch: Scratch;
	tries: TryCall;
};

export type Restart = RestartOf<Entry>;

/** The open lesson: its cells, its two interpreters, and what is on its way to the server. */
export class Notebook {
	#lesson = $state.raw<PublicLesson>() as PublicLesson;
	#entries = $state.raw<readonly Entry[]>([]);
	/** Those that the page shows: the setup of exercises runs unseen. */
	readonly shown = $derived(this.#entries.filter(isShown));
	/** The page is as it goes to paper. */
	isPrinting = $state(false);
	saving = $state<OutboxState>('empty');
	handingIn = $state<OutboxState>('empty');
	/** Whether the server can know who works here: without cookies each request is a stranger's. */
	isKnown = $state(true);
	#desk = $state.raw<RunnerState>({ kind: 'starting' });
	#restarting = $state(false);
	readonly #letters = new LetterBox('letters');
	readonly #outbox: Outbox;
	/** On a way of their own: the server runs an attempt before it answers, and drafts must not wait for that. */
	readonly #attemptLetters = new LetterBox('attempts');
	readonly #attempts: Outbox;
	#runners: RunnerPair | undefined;
	#isRestartAsked = false;
	readonly #order = new RunningOrder<CellModel, Entry>();

	/** Work beside the cells that is kept as theirs is. */
	#beside: DraftKeeper[] = [];
	/** Cells that an edit took out of the lesson, with the work in them, for when the next one brings them back. */
	#left: readonly Entry[] = [];
	#tab: Tab | undefined;
	/** Explains on the server; without it the built-in explainer does. */
	#model: AskedModel | undefined;
	#canStore = $state(true);
	/** From then on what an earlier visit left may be shown: the page has been what the server rendered. */
	#isOpen = false;

	constructor(lesson: PublicLesson, work: LessonWork) {
		this.#outbox = new Outbox({
			send: (request) => (this.isKnown ? send(fetch, request) : unknown()),
			wait: waitOrOnline,
			store: this.#letters,
			onstate: (state) => (this.saving = state)
		});
		this.#attempts = new Outbox({
			send: (request) => (this.isKnown ? send(fetch, request, pythonMs) : unknown()),
			wait: waitOrOnline,
			store: this.#attemptLetters,
			onstate: (state) => (this.handingIn = state)
		});
		this.#lesson = lesson;
		this.#entries = this.#entriesFor(lesson, work);
	}

	get lesson(): PublicLesson {
		return this.#lesson;
	}

	/** Every cell, in the order of the lesson. */
	get entries(): readonly Entry[] {
		return this.#entries;
	}

	get series(): Series | undefined {
		return this.#order.series;
	}

	/** Shown until it is closed, or the cells have been run again. */
	get restart(): Restart | undefined {
		return this.#order.restart;
	}
	set restart(restart: Restart | undefined) {
		this.#order.restart = restart;
	}

	/** Takes up another version of the lesson: cells are known by their ids, and keep what learners did in them. */
	update(lesson: PublicLesson, work: LessonWork): void {
		if (lesson.version !== this.#lesson.version) this.arrange(lesson, work);
	}

	/** Shows these cells from now on, whatever the lesson's version. */
	arrange(lesson: PublicLesson, work: LessonWork): void {
		const before = this.#entries;
		this.#lesson = lesson;
		this.#entries = this.#entriesFor(lesson, work);
		const left = before.filter((entry) => !this.#entries.includes(entry));
		for (const { keeper, tutor, check, scratch } of left) {
			scratch.close();
			keeper.flush();
			tutor.stop();
			check?.stop();
		}
		const still = this.#left.filter((entry) => !this.#entries.includes(entry) && !left.includes(entry));
		this.#left = [...left, ...still];
	}

	#entriesFor(lesson: PublicLesson, work: LessonWork): Entry[] {
		const known = [...this.#entries, ...this.#left];
		let number = 0;
		return lesson.blocks
			.flatMap((block) => (block.kind === 'cell' ? [block.cell] : []))
			.map((spec) => {
				if (spec.role !== 'setup') number += 1;
				const entry = known.find(({ cell }) => cell.id === spec.id);
				// A cell that is shown and one that is not have nothing in common but their name.
				if (entry === undefined || isShown(entry) !== (spec.role !== 'setup'))
					return this.#newEntry(lesson, work, spec, number);
				entry.keeper.follow(lesson, entry.cell.follow(spec, number));
				const check = this.#checkOf(lesson, spec, entry.check);
				if (check !== entry.check) entry.check?.stop();
				entry.check = check;
				return entry;
			});
	}

	#newEntry(lesson: PublicLesson, work: LessonWork, spec: CellSpec, number: number): Entry {
		// What nobody sees nobody has changed.
		const stored = spec.role === 'setup' ? undefined : work.drafts.find((draft) => draft.cellId === spec.id);
		const before = work.starters?.[spec.id];
		// The lesson's own text is nobody's work, and goes with the lesson.
		const isUntouched = before !== undefined && stored?.draft.code === before;
		const draft = isUntouched ? { ...stored.draft, code: spec.starter } : stored?.draft;
		const cell = new CellModel(spec, number, draft);
		const keeper = new DraftKeeper(cell, lesson, stored, this.#outbox, isUntouched ? undefined : before);
		keeper.isAlone = !this.isKnown;
		if (this.#tab !== undefined) keeper.recover(this.#tab);
		const explanation = work.explanations.find(({ cellId }) => cellId === spec.id);
		const check = this.#checkOf(lesson, spec);
		const at = { lesson: lesson.id, kind: 'prediction', id: spec.id };
		const prediction = new KeptAnswer<Prediction>(at, Prediction, { kind: 'open' });
		if (this.#isOpen) for (const kept of [check, prediction]) kept?.open();
		const tutor = new TutorPanel(this.#outbox, explanation);
		return { cell, keeper, tutor, check, prediction, scratch: new Scratch(spec.id), tries: new TryCall() };
	}

	/** `before`: the same cell's in the version of the lesson that was shown until now. */
	#checkOf(lesson: PublicLesson, spec: CellSpec, before?: ExerciseCheck): ExerciseCheck | undefined {
		if (spec.role !== 'exercise') return undefined;
		const exercise = lesson.exercises.find(({ id }) => id === spec.exercise);
		if (exercise === undefined) return undefined;
		if (before?.exercise.id !== exercise.id) return new ExerciseCheck(lesson.id, exercise, this.#attempts);
		before.follow(exercise);
		return before;
	}

	readonly #stale = $derived.by(() => {
		// eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew each time, and never changed
		const codes: ReadonlyMap<CellId, string> = new Map(this.#entries.map(({ cell }) => [cell.id, cell.code]));
		return this.#order.stale(codes);
	});

	readonly python = $derived.by(() => {
		if (this.#desk.kind === 'failed' || this.#desk.kind === 'resting') return this.#desk.kind;
		if (this.#desk.kind === 'starting') return this.#restarting ? 'restarting' : 'starting';
		return this.entries.some(({ cell, scratch }) => cell.isBusy || scratch.cell?.isBusy === true)
			? 'busy'
			: 'ready';
	});

	/** How much of Python has been loaded, in bytes, while that is known. */
	readonly loading = $derived.by(() => {
		if (this.#desk.kind !== 'starting') return undefined;
		const { loaded, total } = this.#desk;
		return loaded === undefined || total === undefined || total === 0 ? undefined : { loaded, total };
	});

	/** What keeps work from being kept, if anything does. `nowhere`: it is on this page alone. */
	readonly trouble: 'nowhere' | 'no-cookies' | 'server-only' | 'browser-only' | undefined = $derived.by(
		() => {
			const isKeptHere = this.#canStore && this.entries.every(({ keeper }) => keeper.isKeptHere);
			if (!this.isKnown) return isKeptHere ? 'browser-only' : 'no-cookies';
			if (isKeptHere) return undefined;
			return this.saving === 'waiting' ? 'nowhere' : 'server-only';
		}
	);

	/** Work that is on this page alone would be lost with it. */
	get isAtRisk(): boolean {
		return this.entries.some(({ keeper }) => keeper.isNowhere);
	}

	get failure(): string | undefined {
		return this.#desk.kind === 'failed' ? this.#desk.message : undefined;
	}

	/** Starts Python, and takes up work that never reached the server. Returns what ends it. */
	open(): () => void {
		this.isKnown = keepsCookies();
		this.#canStore = canStore();
		for (const { keeper } of this.entries) keeper.isAlone = !this.isKnown;
		void this.#recover();
		void this.#learnModel()
			.then(() => this.#resume())
			.finally(() => {
				for (const { tutor } of this.entries) tutor.isAwaited = false;
			});
		this.#runners = startRunners({
			titles: {
				desk: t('python.frame.desk'),
				bench: t('python.frame.bench'),
				spare: t('python.frame.spare')
			},
			desk: {
				state: (state) => {
					this.#desk = state;
					if (state.kind === 'ready') this.#restarting = false;
				},
				restarted: (why, hadFiles) => this.#forget(this.#isRestartAsked ? 'asked' : why, hadFiles)
			},
			// The bench may be replaced at any time: nobody's variables live there.
			bench: { state: () => undefined, restarted: () => undefined },
			files: () => this.#files()
		});
		this.#isOpen = true;
		for (const { check, prediction } of this.entries) {
			check?.open();
			prediction.open();
		}
		void this.#runByThemselves();
		return () => {
			this.flush();
			for (const { tutor, check } of this.entries) {
				tutor.leave();
				check?.stop();
			}
			this.#runners?.dispose();
		};
	}

	/** Somebody types: Python is kept, or started again, for the run that this will come to. */
	attend(): void {
		this.#runners?.attend();
	}

	/** Keeps a text that is no cell's as if it were one's. */
	keepBeside(text: CellModel, stored: StoredDraft | undefined): DraftKeeper {
		const keeper = new DraftKeeper(text, this.lesson, stored, this.#outbox);
		this.#beside.push(keeper);
		if (this.#tab !== undefined) keeper.recover(this.#tab);
		return keeper;
	}

	/** Sends what still rests: the page may be about to go. */
	flush(): void {
		for (const { keeper } of this.entries) keeper.flush();
		for (const keeper of this.#beside) keeper.flush();
	}

	/** What an earlier visit could not send goes first; when it has arrived, the page shows what the server then has. */
	async #recover(): Promise<void> {
		const tab = await openTab();
		this.#tab = tab;
		for (const { keeper } of this.entries) keeper.recover(tab);
		// It may bring cells with it, which find their own work by themselves.
		for (const keeper of this.#beside) keeper.recover(tab);
		for (const letter of this.#attemptLetters.open(tab)) void this.#handInAgain(letter);
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

	async #handInAgain(letter: Letter): Promise<void> {
		const answer = await this.#attempts.post(letter);
		const sent = attemptIn(letter.request);
		if (sent === undefined) return;
		const { lesson, exercise, id } = sent;
		const here = this.entries.find(
			({ check }) => lesson === this.lesson.id && check?.exercise.id === exercise
		);
		if (here?.check === undefined) hearElsewhere({ lesson, exercise }, id, answer);
		else here.check.hear(id, answer);
	}

	async run(entry: Entry): Promise<void> {
		for (const setup of this.#setupOf(entry)) await this.#run(setup);
		await this.#run(entry);
	}

	/** One after the other, as soon as Python is there. */
	async #runByThemselves(): Promise<void> {
		for (const entry of this.shown.filter(runsByItself)) await this.run(entry);
	}

	/** What must have run before an exercise, as far as Python does not have it. */
	#setupOf({ cell: { spec } }: Entry): Entry[] {
		if (spec.role !== 'exercise') return [];
		const needed = this.lesson.exercises.find(({ id }) => id === spec.exercise)?.setup ?? [];
		return this.entries.filter(({ cell }) => needed.includes(cell.id) && cell.memory !== 'here');
	}

	async #run({ cell, keeper }: Entry): Promise<void> {
		if (this.#runners === undefined || cell.isBusy) return;
		const code = cell.code;
		const before = cell.lastRun;
		// Written to by the call-back, which the compiler does not follow.
		const ran: { life?: number } = {};
		const names = await cell.run(this.#runners.desk, () => {
			ran.life = this.#order.life;
			// Before the cell says that it is done: it would say “from an earlier visit” first.
			cell.memory = 'here';
		});
		if (ran.life === undefined) return;
		// The interpreter may have gone with the end of this very run.
		const isKnown = ran.life === this.#order.life;
		cell.memory = isKnown ? 'here' : 'gone';
		if (isKnown) this.#order.note({ cell, code, result: cell.lastRun?.result, before, names });
		if (cell.spec.role !== 'setup') keeper.touch(0);
	}

	/**
	 * Runs code below a cell, or what stands there already. It speaks about the cell, which goes first where Python does not have it
	 * as it is now. Nothing is kept of it, and no later explanation knows of it.
	 */
	async runScratch(entry: Entry, code?: string): Promise<void> {
		const { cell, scratch } = entry;
		const below = scratch.open(code);
		if (below.isBusy || this.#runners === undefined) return;
		if (cell.memory !== 'here' || cell.lastRun?.code !== cell.code) {
			await this.run(entry);
			const status = cell.lastRun?.result.status;
			if (cell.memory !== 'here' || (status !== 'ok' && status !== 'error')) return;
		}
		if (scratch.cell !== below) return;
		const ran: { life?: number } = {};
		await below.run(this.#runners.desk, () => (ran.life = this.#order.life));
		if (ran.life !== undefined) below.memory = ran.life === this.#order.life ? 'here' : 'gone';
	}

	/** Runs every cell, until one does not end well. What waits for a learner to begin is meant to fail, so it waits. */
	async runAll(): Promise<void> {
		const begun = this.shown.filter((entry) => !isTask(entry) || entry.cell.code !== entry.cell.spec.starter);
		await this.#order.runSeries('all', begun, ['ok'], (entry) => this.run(entry));
	}

	/** Gets the variables back that a restart cost. An error is what the cell gave before too; only a stop ends it. */
	async runAgain(): Promise<void> {
		const again = this.restart?.again;
		if (again === undefined) return;
		const lost = this.restart;
		const isDone = await this.#order.runSeries('again', again, ['ok', 'error'], (entry) => this.run(entry));
		if (isDone && this.restart === lost) this.restart = undefined;
	}

	/** Ends the series, and the cell that it is at. */
	stopSeries(): void {
		this.#order.stopSeries();
		for (const { cell } of this.entries) cell.stop();
	}

	/** An empty interpreter at once, and no question: what is on the page stays, and the cells can be run again. */
	restartPython(): void {
		this.#isRestartAsked = true;
		this.#order.stopSeries();
		const { life } = this.#order;
		this.#runners?.desk.restart();
		this.#isRestartAsked = false;
		// One that held nothing goes without a word; who asked wants to see that it went.
		if (this.#order.life === life) this.#forget('asked', false);
	}

	/** Checks the code as it is now, on the bench: the learner's own session stays as it is. */
	async check({ cell, keeper, check }: Entry): Promise<void> {
		if (this.#runners === undefined || check === undefined) return;
		keeper.flush();
		const context = cellsAbove(this.lesson.blocks, cell.id).flatMap(({ id }) =>
			this.entries
				.filter((entry) => entry.cell.id === id)
				.map((above) => ({ cellId: id, code: above.cell.code }))
		);
		const setup = setupOf(this.lesson.blocks, check.exercise);
		await check.check(cell.code, { context, setup }, this.#runners.bench);
	}

	/** Whose doing it is that what the cell shows is not what it would show now; undefined where that is not known of anybody. */
	whyStale({ cell }: Entry): (Omit<Staleness<CellId>, 'cell'> & { by: CellModel | undefined }) | undefined {
		if (cell.memory !== 'here' || cell.isBusy) return undefined;
		const why = this.#stale.get(cell.id);
		return why && { ...why, by: this.entries.find((entry) => entry.cell.id === why.cell)?.cell };
	}

	/** The code of the cells above, as it is now. */
	codeAbove(entry: Entry): string[] {
		return this.entries.slice(0, this.entries.indexOf(entry)).map(({ cell }) => cell.code);
	}

	/** What can follow a dot, read off the desk; `undefined` while it is anything but idle. Runs nothing of the learner's. */
	async members(query: MemberQuery): Promise<Members | undefined> {
		const desk = this.#runners?.desk;
		if (desk === undefined || this.#desk.kind !== 'ready' || !desk.isIdle) return undefined;
		// Who asked waits for far less. To end the call earlier would be to end the interpreter, with every variable in it.
		const result = await desk.call('complete', query, membersTimeoutMs, new AbortController().signal);
		const members = v.safeParse(Members, result.ok ? result.value : undefined);
		return members.success ? members.output : undefined;
	}

	/** `again`: a model that has answered the same before is asked again. */
	async explain({ cell, keeper, tutor }: Entry, again = false): Promise<void> {
		if (this.#runners === undefined) return;
		keeper.flush();
		const lastRun = cell.lastRun;
		await tutor.explain(
			{
				lessonId: this.lesson.id,
				lessonVersion: this.lesson.version,
				cellId: cell.id,
				code: cell.code,
				context: this.#ranBefore(cell),
				files: this.lesson.files.map(({ name, hash }) => ({ name, hash })),
				result: lastRun?.code === cell.code ? lastRun.result : undefined
			},
			this.#runners,
			() => (this.#desk.kind === 'ready' ? this.#desk.python : ''),
			this.#model,
			again
		);
		// It may have come, or gone.
		void this.#learnModel();
	}

	/** Asks which model explains on the server; without an answer the built-in explainer does. */
	async #learnModel(): Promise<void> {
		// A learner whom the server does not know cannot follow what it writes.
		if (!this.isKnown) return;
		const loaded = await import('./model-answer').catch(() => undefined);
		const id = await loaded?.currentModel(fetch);
		const isThere = loaded !== undefined && id !== undefined;
		this.#model = isThere
			? {
					id,
					explain: loaded.explainByModel,
					follow: loaded.followModel,
					open: loaded.openGenerations,
					fetcher: fetch,
					wait: waitOrOnline
				}
			: undefined;
	}

	/** What the server's model wrote on when the page was left or loaded again is followed. */
	async #resume(): Promise<void> {
		const model = this.#model;
		if (model === undefined) return;
		const open = await model.open(fetch);
		if (!open.ok || this.#runners === undefined) return;
		for (const one of open.value) {
			const entry = this.entries.find(
				({ cell }) => one.lessonId === this.lesson.id && one.cellId === cell.id
			);
			if (entry !== undefined) void entry.tutor.resume(one, this.#runners, model);
		}
	}

	/**
	 * What a call of the cell's functions gives, as the code is now. `answerTo` comes from who shows calls: a page begins without the
	 * grammar that it knows.
	 */
	async tryCall({ cell, tries }: Entry, call: string, answerTo: AnswerTo): Promise<void> {
		const bench = this.#runners?.bench;
		if (bench === undefined) return;
		const { code, lastRun } = cell;
		const stdin = typedLines(lastRun?.code === code ? lastRun.result : undefined);
		const about = { code, context: this.#ranBefore(cell), stdin };
		await tries.ask(call, code, () => answerTo(call, about, bench));
	}

	/** What Python knows beside the cell itself. */
	#ranBefore(cell: CellModel): SubmissionContext {
		return this.#order.ranBefore(cell);
	}

	/** The lesson's data, for every interpreter that starts. One that cannot be had is missing, and Python says so. */
	async #files(): Promise<{ name: string; bytes: ArrayBuffer }[]> {
		const loaded = await Promise.all(
			this.lesson.files.map(async (file) => ({
				name: file.name,
				result: await loadLessonFile(fetch, this.lesson.id, file)
			}))
		);
		return loaded.flatMap(({ name, result }) =>
			result.ok ? [{ name, bytes: result.value.slice().buffer }] : []
		);
	}

	#forget(why: Restart['why'], hadFiles: boolean): void {
		this.#restarting = this.#desk.kind === 'starting';
		this.#order.forget(why, hadFiles, this.entries);
		for (const { scratch } of this.entries) scratch.forget();
	}
}

/** Whether the cell asks what will appear before it is run. Once it has been run, however, there is nothing left to guess. */
export const asksFirst = ({ cell, prediction }: Entry): boolean =>
	cell.spec.role !== 'setup' &&
	cell.spec.predict === true &&
	prediction.value.kind === 'open' &&
	cell.state === 'idle';

const unknown = (): Promise<ApiResult<unknown>> =>
	Promise.resolve({ ok: false, failure: { code: 'no-cookies', status: 0, body: undefined } });

const isTask = ({ cell: { spec } }: Entry): boolean =>
	spec.role === 'exercise' || (spec.role === 'example' && spec.blanks === true);
const runsByItself = ({ cell: { spec } }: Entry): boolean => spec.role !== 'setup' && spec.autorun === true;
