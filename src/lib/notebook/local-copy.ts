import * as v from 'valibot';
import { readStored, store, storedKeys, type Tab } from './browser-store';
import { Draft } from '$lib/domain/draft';
import { ContentHash, type CellId, type LessonId } from '$lib/domain/ids';

/** `code` may be longer than the server takes: what is refused there is still kept here. */
const Work = v.object({
	code: v.string(),
	lastRun: v.fallback(Draft.entries.lastRun, undefined)
});

const LocalCopy = v.object({
	draft: Work,
	/** The revision at the server that the work started from. */
	baseRevision: v.number(),
	/** The cell's present work began with another text's being put away, which the server has not heard of. */
	reset: v.fallback(v.boolean(), false),
	/** What was put away before the server had it, oldest first: it is saved before the cell's present work. */
	away: v.fallback(v.array(v.object({ draft: Work, reset: v.boolean() })), []),
	/** What the work was begun from: a version of the lesson, and the cell's text in it. Copies of earlier days do not say. */
	begun: v.fallback(v.optional(v.object({ version: ContentHash, starter: v.string() })), undefined),
	at: v.number()
});
/** One cell's work that the server does not have, as it lies in the browser's storage. */
export type LocalCopy = v.InferOutput<typeof LocalCopy>;

/** Where the copies of one cell lie: each tab has its own. */
export class LocalCopies {
	readonly #prefix: string;
	#tab: Tab | undefined;

	constructor(lesson: LessonId, cell: CellId) {
		this.#prefix = `procoder.draft.${lesson}.${cell}.`;
	}

	/** From now on copies are kept under the tab's name. Returns, and takes away, what this tab or else a closed one left. */
	open(tab: Tab): LocalCopy | undefined {
		this.#tab = tab;
		const [newest] = storedKeys(this.#prefix)
			.map((key) => ({ key, owner: key.slice(this.#prefix.length) }))
			.filter(({ owner }) => owner === tab.name || tab.isGone(owner))
			.flatMap(({ key, owner }) => {
				const copy = v.safeParse(LocalCopy, readStored(key));
				return copy.success ? [{ key, isOwn: owner === tab.name, copy: copy.output }] : [];
			})
			// Clocks jump, revisions do not: the time decides only between copies that started from the same one.
			.sort(
				(a, b) =>
					Number(b.isOwn) - Number(a.isOwn) ||
					b.copy.baseRevision - a.copy.baseRevision ||
					b.copy.at - a.copy.at
			);
		if (newest === undefined) return undefined;
		store(newest.key, undefined);
		return newest.copy;
	}

	/** Says whether the browser has it now. Where its storage is too full for the output of runs, the texts go alone. */
	keep(copy: Omit<LocalCopy, 'at'>): boolean {
		if (this.#tab === undefined) return true;
		const key = this.#prefix + this.#tab.name;
		const whole = { ...copy, at: Date.now() };
		const texts = {
			...whole,
			draft: { code: copy.draft.code },
			away: copy.away.map(({ draft, reset }) => ({ draft: { code: draft.code }, reset }))
		};
		// What lies there already stays where neither fits: an older text is better than none.
		return store(key, whole) || store(key, texts);
	}

	drop(): void {
		if (this.#tab !== undefined) store(this.#prefix + this.#tab.name, undefined);
	}
}
