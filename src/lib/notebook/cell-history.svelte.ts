import { loadVersion, loadVersions } from '$lib/api/calls';
import type { ApiFailure } from '$lib/api/request';
import type { DraftVersionSummary } from '$lib/domain/draft-version';
import type { CellId, LessonId } from '$lib/domain/ids';

/** One earlier text of a cell. */
export type Place = {
	/** What has not been sent yet has none. */
	saved: { revision: number; at: string } | undefined;
	/** When it was saved, by the browser's clock that never jumps, in milliseconds. */
	since: number | undefined;
	isPutAway: boolean;
	code: string | undefined;
};

export type Reading = { kind: 'loading' } | { kind: 'there' } | { kind: 'failed'; failure: ApiFailure };

type Of = { lesson: LessonId; cell: CellId; /** As it is now. */ code: string };

/**
 * The earlier texts of one cell, oldest first, while somebody looks at them: those that the server keeps, and those that it was not
 * sent yet. The place after the last one is the text as it is now.
 */
export class CellHistory {
	places = $state.raw<readonly Place[]>([]);
	list = $state.raw<Reading>({ kind: 'loading' });
	text = $state.raw<Reading>({ kind: 'there' });
	at = $state(0);
	readonly #of: Of;
	readonly #unsent: readonly Place[];

	constructor(of: Of, unsent: readonly string[]) {
		this.#of = of;
		this.#unsent = unsent.map((code) => ({ saved: undefined, since: undefined, isPutAway: true, code }));
	}

	/** The text that is looked at; undefined while it is not here. */
	get code(): string | undefined {
		return this.at === this.places.length ? this.#of.code : this.places[this.at]?.code;
	}

	async load(): Promise<void> {
		this.list = { kind: 'loading' };
		this.#take(this.#unsent);
		const { lesson, cell, code } = this.#of;
		const answer = await loadVersions(fetch, lesson, cell);
		if (!answer.ok) {
			this.list = { kind: 'failed', failure: answer.failure };
			return;
		}
		const served = answer.servedAt ?? Date.now();
		const places = answer.value
			.toReversed()
			.map((version, index, all) => place(version, all[index + 1], served));
		// The newest is the present text itself, unless that has not been sent yet.
		const newest = places.at(-1);
		const read = newest?.saved && (await loadVersion(fetch, lesson, cell, newest.saved.revision));
		if (newest !== undefined && read?.ok === true) newest.code = read.value.code;
		if (newest?.code === code) places.pop();
		this.#take([...places, ...this.#unsent]);
		this.list = { kind: 'there' };
		await this.look(this.at);
	}

	/** Goes to a place, and fetches its text where that is not here. */
	async look(at: number): Promise<void> {
		this.at = at;
		const wanted = this.places[at];
		if (wanted?.saved === undefined || wanted.code !== undefined) {
			this.text = { kind: 'there' };
			return;
		}
		this.text = { kind: 'loading' };
		const answer = await loadVersion(fetch, this.#of.lesson, this.#of.cell, wanted.saved.revision);
		if (answer.ok) {
			const { code } = answer.value;
			this.places = this.places.map((one) => (one.saved === wanted.saved ? { ...one, code } : one));
		}
		// Somebody may have gone on meanwhile, to a place that has its own answer.
		if (this.places[this.at]?.saved !== wanted.saved) return;
		this.text = answer.ok ? { kind: 'there' } : { kind: 'failed', failure: answer.failure };
	}

	/** Begins at the text before the present one. */
	#take(places: readonly Place[]): void {
		this.places = places;
		this.at = Math.max(0, places.length - 1);
	}
}

const place = (
	{ revision, savedAt }: DraftVersionSummary,
	next: DraftVersionSummary | undefined,
	servedAt: number
): Place => ({
	saved: { revision, at: savedAt },
	// Two times of one clock, whatever the browser's own shows.
	since: performance.now() - (servedAt - Date.parse(savedAt)),
	isPutAway: next?.reset === true,
	code: undefined
});
