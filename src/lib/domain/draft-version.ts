import * as v from 'valibot';
import { ContentHash } from './ids';
import { Code } from './limits';

/**
 * An earlier text of a cell. `revision` is the draft's revision with which it began, and its number from then on. What is
 * typed within `joinSeconds` of that is the same version still, unless a run or a reset lies between.
 */
export const DraftVersionSummary = v.strictObject({
	revision: v.number(),
	lessonVersion: ContentHash,
	savedAt: v.pipe(v.string(), v.isoTimestamp()),
	/** The size of its code, as it is stored. */
	bytes: v.number(),
	/** Whether the learner put a text away to get it, by a reset or for an earlier one: the version before holds that text. */
	reset: v.boolean()
});
export type DraftVersionSummary = v.InferOutput<typeof DraftVersionSummary>;

/** A cell's versions, the newest first. */
export const DraftVersions = v.array(DraftVersionSummary);

export const DraftVersion = v.strictObject({ ...DraftVersionSummary.entries, code: Code });
export type DraftVersion = v.InferOutput<typeof DraftVersion>;

/** A version's number as it stands in an address. A 32-bit column holds it. */
export const VersionNumber = v.pipe(
	v.string(),
	v.regex(/^[1-9]\d{0,9}$/),
	v.transform(Number),
	v.maxValue(2_147_483_647)
);

export const joinSeconds = 30;

/** As many versions of a cell are kept at most. */
export const maxVersions = 200;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What the thinning looks at. `savedAt` is in milliseconds of the epoch. */
export type VersionMark = { readonly revision: number; readonly savedAt: number; readonly reset: boolean };

/**
 * The revisions that need not be kept any longer at the time `now`, out of `marks`, which come oldest first. All of the last
 * hour stay; then the last of each ten minutes, and after a day the last of each day (of the clock in UTC, so that it does not
 * matter when the thinning is done). What a reset put away stays, and so does the reset: they are what learners look for.
 * Where too many are left the shortest-lived go first: a flood of runs does not take last week away.
 */
export function supersededVersions(marks: readonly VersionMark[], now: number): number[] {
	const lastOfSlot = new Map(marks.map((mark) => [slotOf(mark, now), mark]));
	const kept = marks.filter(
		(mark, index) => lastOfSlot.get(slotOf(mark, now)) === mark || isAtReset(mark, marks[index + 1])
	);
	while (kept.length > maxVersions) kept.splice(shortestLived(kept), 1);
	const left = new Set(kept.map((mark) => mark.revision));
	return marks.flatMap(({ revision }) => (left.has(revision) ? [] : [revision]));
}

/** Of the versions in one slot the last is kept. */
function slotOf({ revision, savedAt }: VersionMark, now: number): string {
	const age = now - savedAt;
	if (age <= hour) return `revision ${revision}`;
	return age <= day
		? `ten minutes ${Math.floor(savedAt / (10 * minute))}`
		: `day ${Math.floor(savedAt / day)}`;
}

const isAtReset = (mark: VersionMark, next: VersionMark | undefined): boolean =>
	mark.reset || next?.reset === true;

/** The place of the version that was replaced soonest; never the last one's, and one at a reset only where there is no other. */
function shortestLived(kept: readonly VersionMark[]): number {
	let found = { at: 0, isAtReset: true, lived: Infinity };
	for (const [at, mark] of kept.slice(0, -1).entries()) {
		const next = kept[at + 1];
		const candidate = {
			at,
			isAtReset: isAtReset(mark, next),
			lived: (next?.savedAt ?? Infinity) - mark.savedAt
		};
		const isBetter =
			candidate.isAtReset === found.isAtReset ? candidate.lived < found.lived : found.isAtReset;
		if (isBetter) found = candidate;
	}
	return found.at;
}
