import * as v from 'valibot';
import { saveDraft, storedInConflict } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import type { ApiFailure } from '$lib/api/request';
import type { Draft, StoredDraft } from '$lib/domain/draft';
import type { ContentHash, LessonId } from '$lib/domain/ids';
import type { RunResult } from '$lib/domain/run';
import { storedRun } from '$lib/domain/stored-run';
import type { CellModel } from './cell-model.svelte';

/** Typing rests this long before it is sent to the server; the browser's own copy is written at once. */
const restMs = 800;

const localCopy = v.object({ code: v.string(), baseRevision: v.number() });

/**
 * Keeps one cell's work: in the browser's storage with every change, so that a closed tab or a dead server costs nothing, and on
 * the server when typing rests. Where another tab saved meanwhile nothing is overwritten: the learner chooses.
 */
export class DraftKeeper {
	conflict = $state.raw<StoredDraft | undefined>();
	refusal = $state.raw<ApiFailure | undefined>();
	readonly #cell: CellModel;
	readonly #lesson: { id: LessonId; version: ContentHash };
	readonly #outbox: Outbox;
	readonly #key: string;
	#revision: number;
	/** The text as the server has it; the last run is compared by its id. */
	#saved: string;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#queued = false;

	constructor(
		cell: CellModel,
		lesson: { id: LessonId; version: ContentHash },
		stored: StoredDraft | undefined,
		outbox: Outbox
	) {
		this.#cell = cell;
		this.#lesson = lesson;
		this.#outbox = outbox;
		this.#key = `procoder.draft.${lesson.id}.${cell.id}`;
		this.#revision = stored?.revision ?? 0;
		this.#saved = fingerprint({ code: cell.code, lastRun: cell.lastRun });
	}

	/** Work that never reached the server, from this browser's storage. Call once, in the browser. */
	recover(): void {
		const text = readLocal(this.#key);
		if (text === undefined) return;
		const copy = v.safeParse(localCopy, parseJson(text));
		if (!copy.success || copy.output.code === this.#cell.code) return writeLocal(this.#key, undefined);
		this.#cell.code = copy.output.code;
		this.#revision = copy.output.baseRevision;
		this.touch();
	}

	/** The cell's code changed, or a run ended. */
	touch(): void {
		if (this.conflict !== undefined) return this.#copyHere();
		if (fingerprint(this.#draft()) === this.#saved) return;
		this.#copyHere();
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#send(), restMs);
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
		this.touch();
	}

	takeTheirs(): void {
		const theirs = this.conflict;
		if (theirs === undefined) return;
		this.conflict = undefined;
		this.#revision = theirs.revision;
		this.#cell.replace(theirs.draft);
		this.#saved = fingerprint(this.#draft());
		writeLocal(this.#key, undefined);
	}

	#draft(): Draft {
		const lastRun = this.#cell.lastRun;
		return {
			code: this.#cell.code,
			...(lastRun === undefined ? {} : { lastRun: { code: lastRun.code, result: storedRun(lastRun.result) } })
		};
	}

	async #send(): Promise<void> {
		this.#timer = undefined;
		// One save waits at a time; it takes the work as it is when its turn comes.
		if (this.#queued) return;
		this.#queued = true;
		let sent = '';
		const result = await this.#outbox.add(() => {
			const draft = this.#draft();
			this.#queued = false;
			sent = fingerprint(draft);
			return saveDraft(fetch, this.#lesson.id, this.#cell.id, {
				lessonVersion: this.#lesson.version,
				baseRevision: this.#revision,
				draft
			});
		});
		if (result.ok) {
			this.#revision = result.value.revision;
			this.#saved = sent;
			this.refusal = undefined;
			if (fingerprint(this.#draft()) === sent) writeLocal(this.#key, undefined);
			else this.touch();
			return;
		}
		const stored = result.failure.code === 'conflict' ? storedInConflict(result.failure.body) : undefined;
		if (stored === undefined) {
			this.refusal = result.failure;
		} else if (fingerprint(stored.draft) === sent) {
			// Our own save, whose answer was lost on the way.
			this.#revision = stored.revision;
			this.#saved = sent;
		} else {
			this.conflict = stored;
		}
	}

	#copyHere(): void {
		writeLocal(this.#key, JSON.stringify({ code: this.#cell.code, baseRevision: this.#revision }));
	}
}

const fingerprint = (draft: { code: string; lastRun?: { result: RunResult } | undefined }): string =>
	JSON.stringify([draft.code, draft.lastRun?.result.runId ?? null]);

function readLocal(key: string): string | undefined {
	try {
		return localStorage.getItem(key) ?? undefined;
	} catch {
		return undefined;
	}
}

function writeLocal(key: string, text: string | undefined): void {
	try {
		if (text === undefined) localStorage.removeItem(key);
		else localStorage.setItem(key, text);
	} catch {
		// Storage can be closed off or full; the server's copy is then the only one.
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
