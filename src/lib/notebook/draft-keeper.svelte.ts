import type { Tab } from './browser-store';
import { saveDraft, storedInConflict } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import type { ApiFailure, ApiResult } from '$lib/api/request';
import type { Draft, StoredDraft } from '$lib/domain/draft';
import type { ContentHash, LessonId } from '$lib/domain/ids';
import type { RunResult } from '$lib/domain/run';
import { storedRun } from '$lib/domain/stored-run';
import type { CellModel } from './cell-model.svelte';
import { LocalCopies, type LocalCopy } from './local-copy';

/** Typing rests this long before it is sent to the server; the browser's own copy is written at once. */
const restMs = 800;
/** Where the server met an error, or its disk is full, the same save is tried again after this long. */
const refusedMs = 30_000;
const mayPass: ReadonlySet<ApiFailure['code']> = new Set(['internal', 'storage-full']);
/** Who types without a rest is sent all the same, after this long. */
const longestMs = 4_000;

/**
 * Keeps one cell's work, code and last run: in the browser's storage with every change, so that a closed tab or a dead server
 * costs nothing, and on the server when typing rests or a run ends. Where another tab saved meanwhile nothing is overwritten: the
 * learner chooses. The browser's copy stays until the server has exactly that work.
 */
export class DraftKeeper {
	conflict = $state.raw<StoredDraft | undefined>();
	refusal = $state.raw<ApiFailure | undefined>();
	/** Whether this browser took the last copy that it was given. */
	isKeptHere = $state(true);
	/** Nobody at the server knows this learner, so nothing is sent. */
	isAlone = false;
	#isUnsent = $state(false);
	/** The text that the last press of a button put away, while what took its place stands there unchanged. */
	#replaced = $state.raw<{ before: string; after: string } | undefined>();
	readonly #cell: CellModel;
	#lesson: { id: LessonId; version: ContentHash };
	/** What the work was begun from, until the learner has decided about a newer text of the lesson. */
	#begun = $state.raw<Begun>() as Begun;
	/** The decision is news, though the work is the same. */
	#isDecided = false;
	readonly #outbox: Outbox;
	readonly #copies: LocalCopies;
	#revision: number;
	/** The work as the server was last known to have it, and the revision that this was; the last run is compared by its id. */
	#saved: { print: string; revision: number };
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Since when something waits to be sent, by the clock that never jumps. */
	#waitsSince: number | undefined;
	#queued = false;
	/** Work that was put away before the server had it: it is saved before the cell's present work, so that it is among the versions. */
	#away: Save[] = [];
	/** The present work began with another text's being put away, which the server has not heard of. */
	#isReset = false;

	constructor(
		cell: CellModel,
		lesson: { id: LessonId; version: ContentHash },
		stored: StoredDraft | undefined,
		outbox: Outbox,
		/** The cell's text in the version of the lesson that the stored work belongs to, where that is another one. */
		starter?: string
	) {
		this.#cell = cell;
		this.#lesson = lesson;
		this.#outbox = outbox;
		this.#begun = { version: stored?.lessonVersion ?? lesson.version, starter: starter ?? cell.spec.starter };
		this.#agree();
		this.#copies = new LocalCopies(lesson.id, cell.id);
		this.#revision = stored?.revision ?? 0;
		this.#saved = { print: fingerprint(cell), revision: this.#revision };
	}

	/** The server does not have the work as it is now. */
	get isUnsent(): boolean {
		return this.#isUnsent;
	}

	/** The work is on the page alone. */
	get isNowhere(): boolean {
		return this.#isUnsent && !this.isKeptHere;
	}

	/** What took a text's place can be taken back with one press, until it is changed. */
	get putAway(): string | undefined {
		return this.#replaced?.after === this.#cell.code ? this.#replaced.before : undefined;
	}

	/** The lesson's text for this cell, where it is newer than what the learner's own was begun from. */
	get newText(): string | undefined {
		const { starter } = this.#cell.spec;
		return this.#begun.starter === starter || this.#cell.code === starter ? undefined : starter;
	}

	/** Texts that were put away and are in this browser only, oldest first. */
	get unsent(): string[] {
		return this.#away.map(({ draft }) => draft.code);
	}

	/** Takes up work that never reached the server: this tab's own, else the newest that a closed tab left. */
	recover(tab: Tab): void {
		const found = this.#copies.open(tab);
		// Something was typed while the page was opening, which is newer than anything kept.
		const isTouched = fingerprint(this.#draft()) !== this.#saved.print;
		if (found === undefined) return isTouched ? this.touch() : undefined;
		if (found.begun !== undefined) this.#begun = found.begun;
		this.#agree();
		const isNews = fingerprint(found.draft) !== this.#saved.print;
		if (isTouched) {
			this.#away = [...found.away, ...(isNews ? [{ draft: found.draft, reset: true }] : [])];
			this.#isReset = this.#away.length > 0;
			return this.touch(0);
		}
		if (!isNews && found.away.length === 0) return;
		this.#away = found.away;
		this.#isReset = found.reset;
		this.#cell.replace(found.draft);
		this.#revision = found.baseRevision;
		this.touch(0);
	}

	/** The cell's code changed, or (with no rest) a run ended. */
	touch(rest = restMs): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const isKnown = fingerprint(this.#draft()) === this.#saved.print && !this.#isDecided;
		if (this.#away.length === 0 && isKnown) return this.#dropCopy();
		this.#copyHere();
		if (this.conflict !== undefined || this.isAlone) return;
		const now = performance.now();
		this.#waitsSince ??= now;
		// What lies nowhere else may not wait for a rest.
		const latest = this.#waitsSince + (this.isKeptHere ? longestMs : restMs);
		this.#timer = setTimeout(() => void this.#send(), Math.min(rest, latest - now));
	}

	/** The lesson's own text takes the place of what is there, which stays among the cell's versions. */
	reset(): void {
		this.replaceWith(this.#cell.spec.starter);
	}

	/** Another whole text takes the place of what is there, which stays among the cell's versions. */
	replaceWith(code: string): void {
		const before = this.#cell.code;
		if (before === code) return;
		this.#putAway();
		this.#cell.code = code;
		this.#replaced = { before, after: code };
		this.touch(0);
	}

	/** The lesson's newer text, or the learner's own; nobody is asked again until there is another one. */
	chooseText(choice: 'new' | 'own'): void {
		this.#begun = { version: this.#lesson.version, starter: this.#cell.spec.starter };
		if (choice === 'new') return this.reset();
		this.#isDecided = true;
		this.touch(0);
	}

	/** The text that was put away comes back; what had taken its place is not worth keeping. */
	undo(): void {
		const before = this.putAway;
		if (before === undefined) return;
		this.#replaced = undefined;
		this.#cell.code = before;
		this.touch(0);
	}

	/** The lesson has changed; `isNewText`: the cell's code, which was the lesson's own, went with it. */
	follow(lesson: { id: LessonId; version: ContentHash }, isNewText: boolean): void {
		this.#lesson = lesson;
		if (isNewText) this.#begun = { version: lesson.version, starter: this.#cell.spec.starter };
		this.#agree();
		if (!isNewText) return;
		// The lesson's own text is nobody's work: a draft of it would keep the cell from following the next change.
		if (this.#revision === 0 && this.#cell.lastRun === undefined && this.#timer === undefined) {
			this.#saved = { print: fingerprint(this.#draft()), revision: 0 };
			this.#dropCopy();
		} else this.touch();
	}

	/** Sends at once what still rests. */
	flush(): void {
		if (this.#timer === undefined) return;
		clearTimeout(this.#timer);
		void this.#send();
	}

	keepMine(): void {
		if (this.conflict === undefined) return;
		this.#knowStored(this.conflict);
		this.conflict = undefined;
		// What the other tab saved stays among the versions.
		this.#isReset = true;
		this.touch(0);
	}

	takeTheirs(): void {
		const theirs = this.conflict;
		if (theirs === undefined) return;
		this.conflict = undefined;
		const before = this.#cell.code;
		if (before === theirs.draft.code) {
			this.#away = [];
			this.#isReset = false;
		} else {
			this.#away = [...this.#away, { draft: this.#draft(), reset: true }];
			this.#isReset = true;
			this.#replaced = { before, after: theirs.draft.code };
		}
		this.#cell.replace(theirs.draft);
		this.#knowStored(theirs);
		this.touch(0);
	}

	/** Where the lesson still says the same in this cell, there is nothing to decide. */
	#agree(): void {
		const { starter } = this.#cell.spec;
		if (this.#begun.starter === starter) this.#begun = { version: this.#lesson.version, starter };
	}

	#knowStored({ revision, draft }: StoredDraft): void {
		this.#revision = revision;
		this.#saved = { print: fingerprint(draft), revision };
	}

	/** The present work is about to go. The server may never have seen its last words, and a save takes the text at its turn. */
	#putAway(): void {
		// What the server will have had before this: the last that is on its way there, else what it has.
		const last = this.#away.at(-1);
		const known = last === undefined ? this.#saved.print : fingerprint(last.draft);
		if (fingerprint(this.#draft()) !== known) this.#away.push(this.#present());
		this.#isReset = true;
	}

	#draft(): Draft {
		const lastRun = this.#cell.lastRun;
		return {
			code: this.#cell.code,
			...(lastRun === undefined ? {} : { lastRun: { code: lastRun.code, result: storedRun(lastRun.result) } })
		};
	}

	#present(): Save {
		return { draft: this.#draft(), reset: this.#isReset };
	}

	async #send(): Promise<void> {
		this.#timer = undefined;
		this.#waitsSince = undefined;
		// One save waits at a time; it takes the work as it is when its turn comes.
		if (this.#queued) return;
		this.#queued = true;
		await this.#outbox.add(() => this.#attempt());
	}

	/** Everything that the answer teaches is noted before the next request can start: a save rests on the one before it. */
	async #attempt(): Promise<ApiResult<StoredDraft>> {
		const save = this.#away[0] ?? this.#present();
		const sent = fingerprint(save.draft);
		const result = await saveDraft(fetch, this.#lesson.id, this.#cell.id, {
			lessonVersion: this.#begun.version,
			baseRevision: this.#revision,
			...save
		});
		if (!result.ok && (result.failure.code === 'offline' || result.failure.code === 'unavailable'))
			return result;
		this.#queued = false;
		if (result.ok) this.#accept(result.value.revision, save, sent);
		else this.#refuse(result.failure, save, sent);
		return result;
	}

	/** The server has that work, or will never take it. It may have been on its way already when it was put away. */
	#settle(save: Save, sent: string): void {
		const away = this.#away[0];
		if (away === undefined) {
			if (save.reset) this.#isReset = false;
		} else if (fingerprint(away.draft) === sent) this.#away.shift();
	}

	#accept(revision: number, save: Save, sent: string): void {
		this.#settle(save, sent);
		this.#isDecided = false;
		this.#revision = revision;
		this.#saved = { print: sent, revision };
		this.refusal = undefined;
		if (this.#away.length === 0 && fingerprint(this.#draft()) === sent) this.#dropCopy();
		else this.touch(this.#isReset ? 0 : restMs);
	}

	#refuse(failure: ApiFailure, save: Save, sent: string): void {
		const stored = failure.code === 'conflict' ? storedInConflict(failure.body) : undefined;
		if (stored === undefined) {
			this.refusal = failure;
			if (mayPass.has(failure.code)) {
				clearTimeout(this.#timer);
				this.#timer = setTimeout(() => void this.#send(), refusedMs);
				return;
			}
			this.#settle(save, sent);
			if (fingerprint(this.#draft()) !== sent) this.touch();
		}
		// Our own save, whose answer was lost on the way.
		else if (fingerprint(stored.draft) === sent) this.#accept(stored.revision, save, sent);
		// Others saved meanwhile, and came back to the very text that this work started from.
		else if (this.#revision === this.#saved.revision && fingerprint(stored.draft) === this.#saved.print) {
			this.#knowStored(stored);
			this.touch(0);
		} else this.conflict = stored;
	}

	#copyHere(): void {
		this.#isUnsent = true;
		this.isKeptHere = this.#copies.keep({
			draft: this.#draft(),
			baseRevision: this.#revision,
			reset: this.#isReset,
			away: this.#away,
			begun: this.#begun
		});
	}

	#dropCopy(): void {
		this.#isUnsent = false;
		this.#waitsSince = undefined;
		this.#copies.drop();
	}
}

/** What one save says. */
type Save = LocalCopy['away'][number];

type Begun = NonNullable<LocalCopy['begun']>;

const fingerprint = (draft: { code: string; lastRun?: { result: RunResult } | undefined }): string =>
	JSON.stringify([draft.code, draft.lastRun?.result.runId ?? null]);
