import * as v from 'valibot';
import { readStored, store, storedKeys, type Tab } from './browser-store';
import { saveDraft, storedInConflict } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import type { ApiFailure, ApiResult } from '$lib/api/request';
import { Draft, type StoredDraft } from '$lib/domain/draft';
import type { ContentHash, LessonId } from '$lib/domain/ids';
import type { RunResult } from '$lib/domain/run';
import { storedRun } from '$lib/domain/stored-run';
import type { CellModel } from './cell-model.svelte';

/** Typing rests this long before it is sent to the server; the browser's own copy is written at once. */
const restMs = 800;

/** `code` may be longer than the server takes: what is refused there is still kept here. */
const LocalCopy = v.object({
	draft: v.object({ code: v.string(), lastRun: v.fallback(Draft.entries.lastRun, undefined) }),
	baseRevision: v.number(),
	at: v.number()
});

/**
 * Keeps one cell's work, code and last run: in the browser's storage with every change, so that a closed tab or a dead server
 * costs nothing, and on the server when typing rests or a run ends. Where another tab saved meanwhile nothing is overwritten: the
 * learner chooses. The browser's copy stays until the server has exactly that work.
 */
export class DraftKeeper {
	conflict = $state.raw<StoredDraft | undefined>();
	refusal = $state.raw<ApiFailure | undefined>();
	readonly #cell: CellModel;
	#lesson: { id: LessonId; version: ContentHash };
	readonly #outbox: Outbox;
	readonly #prefix: string;
	#tab: Tab | undefined;
	#revision: number;
	/** The work as the server has it; the last run is compared by its id. */
	#saved: string;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#queued = false;
	/** Work that was put away before the server had it: it is saved before the cell's present work, so that it is among the versions. */
	#away: Save[] = [];
	/** The present work began with a reset that the server has not heard of. */
	#isReset = false;

	constructor(
		cell: CellModel,
		lesson: { id: LessonId; version: ContentHash },
		stored: StoredDraft | undefined,
		outbox: Outbox
	) {
		this.#cell = cell;
		this.#lesson = lesson;
		this.#outbox = outbox;
		this.#prefix = `procoder.draft.${lesson.id}.${cell.id}.`;
		this.#revision = stored?.revision ?? 0;
		this.#saved = fingerprint({ code: cell.code, lastRun: cell.lastRun });
	}

	/** Takes up work that never reached the server: this tab's own, else the newest that a closed tab left. */
	recover(tab: Tab): void {
		this.#tab = tab;
		const copies = storedKeys(this.#prefix)
			.map((key) => ({ key, owner: key.slice(this.#prefix.length) }))
			.filter(({ owner }) => owner === tab.name || tab.isGone(owner))
			.map(({ key, owner }) => ({ key, owner, copy: v.safeParse(LocalCopy, readStored(key)) }));
		const newest = copies
			.flatMap(({ key, owner, copy }) => (copy.success ? [{ key, owner, ...copy.output }] : []))
			.sort((a, b) => Number(b.owner === tab.name) - Number(a.owner === tab.name) || b.at - a.at)[0];
		// Nothing is kept, or something was typed while the page was opening, which is newer than anything kept.
		const isTouched = fingerprint(this.#draft()) !== this.#saved;
		if (newest === undefined || isTouched) return isTouched ? this.touch() : undefined;
		store(newest.key, undefined);
		if (fingerprint(newest.draft) === this.#saved) return;
		this.#cell.replace(newest.draft);
		this.#revision = newest.baseRevision;
		this.touch(0);
	}

	/** The cell's code changed, or (with no rest) a run ended. */
	touch(rest = restMs): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#away.length === 0 && fingerprint(this.#draft()) === this.#saved) return this.#dropCopy();
		this.#copyHere();
		if (this.conflict !== undefined) return;
		this.#timer = setTimeout(() => void this.#send(), rest);
	}

	/** The lesson's own text takes the place of what is there, which stays among the cell's versions. */
	reset(): void {
		const starter = this.#cell.spec.starter;
		if (this.#cell.code === starter) return;
		// The server may never have seen the last words; a save takes the text at its turn, when they would be gone.
		if (fingerprint(this.#draft()) !== this.#saved) this.#away.push(this.#present());
		this.#cell.code = starter;
		this.#isReset = true;
		this.touch(0);
	}

	/** The lesson has changed; `isNewText`: the cell's code, which was the lesson's own, went with it. */
	follow(lesson: { id: LessonId; version: ContentHash }, isNewText: boolean): void {
		this.#lesson = lesson;
		if (!isNewText) return;
		// The lesson's own text is nobody's work: a draft of it would keep the cell from following the next change.
		if (this.#revision === 0 && this.#cell.lastRun === undefined && this.#timer === undefined) {
			this.#saved = fingerprint(this.#draft());
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
		this.#revision = this.conflict.revision;
		this.conflict = undefined;
		this.touch(0);
	}

	takeTheirs(): void {
		const theirs = this.conflict;
		if (theirs === undefined) return;
		this.conflict = undefined;
		this.#away = [];
		this.#isReset = false;
		this.#revision = theirs.revision;
		this.#cell.replace(theirs.draft);
		this.#saved = fingerprint(this.#draft());
		this.#dropCopy();
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
			lessonVersion: this.#lesson.version,
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
		this.#revision = revision;
		this.#saved = sent;
		this.refusal = undefined;
		if (this.#away.length === 0 && fingerprint(this.#draft()) === sent) this.#dropCopy();
		else this.touch(this.#isReset ? 0 : restMs);
	}

	#refuse(failure: ApiFailure, save: Save, sent: string): void {
		const stored = failure.code === 'conflict' ? storedInConflict(failure.body) : undefined;
		if (stored === undefined) {
			this.refusal = failure;
			this.#settle(save, sent);
			if (fingerprint(this.#draft()) !== sent) this.touch();
		}
		// Our own save, whose answer was lost on the way.
		else if (fingerprint(stored.draft) === sent) this.#accept(stored.revision, save, sent);
		else this.conflict = stored;
	}

	#copyHere(): void {
		if (this.#tab === undefined) return;
		store(this.#prefix + this.#tab.name, {
			draft: this.#draft(),
			baseRevision: this.#revision,
			at: Date.now()
		});
	}

	#dropCopy(): void {
		if (this.#tab !== undefined) store(this.#prefix + this.#tab.name, undefined);
	}
}

/** What one save says. */
type Save = { draft: Draft; reset: boolean };

const fingerprint = (draft: { code: string; lastRun?: { result: RunResult } | undefined }): string =>
	JSON.stringify([draft.code, draft.lastRun?.result.runId ?? null]);
