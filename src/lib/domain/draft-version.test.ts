import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { maxVersions, supersededVersions, VersionNumber, type VersionMark } from './draft-version';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Noon, so that a few minutes more or less do not change the day. */
const now = Date.UTC(2026, 10, 21, 12);

/** Versions of these ages in milliseconds, oldest first. */
const aged = (...ages: number[]): VersionMark[] =>
	ages.map((age, index) => ({ revision: index + 1, savedAt: now - age, reset: false }));

const keptOf = (marks: readonly VersionMark[], at = now): VersionMark[] => {
	const superseded = new Set(supersededVersions(marks, at));
	return marks.filter(({ revision }) => !superseded.has(revision));
};

describe('thinning', () => {
	it('keeps everything of the last hour', () => {
		const marks = aged(hour, 59 * minute, 59 * minute - 1, 30_000, 0);
		expect(supersededVersions(marks, now)).toEqual([]);
	});

	it('keeps the last of each ten minutes of the day before that', () => {
		const marks = aged(125 * minute, 124 * minute, 121 * minute, 115 * minute, 0);
		expect(supersededVersions(marks, now)).toEqual([1, 2]);
	});

	it('keeps the last of each day before that', () => {
		const marks = aged(3 * day + hour, 3 * day, 2 * day + 2 * hour, 2 * day + hour, 0);
		expect(supersededVersions(marks, now)).toEqual([1, 3]);
	});

	it('keeps what a reset put away, and the reset', () => {
		const marks = aged(3 * day + 5 * minute, 3 * day + 4 * minute, 3 * day + 3 * minute, 3 * day, 0).map(
			(mark) => ({ ...mark, reset: mark.revision === 3 })
		);
		expect(supersededVersions(marks, now)).toEqual([1]);
	});

	it('lets the shortest-lived go where there are too many', () => {
		const flood = Array.from({ length: maxVersions }, (_, index) => (maxVersions - index) * 1_000);
		// The fifth of the flood stood for half a second only.
		flood[4] = (flood[5] ?? 0) + 500;
		const marks = aged(2 * day, day + hour, ...flood, 0);
		const kept = keptOf(marks);
		expect(kept).toHaveLength(maxVersions);
		expect(kept.map(({ revision }) => revision).slice(0, 2)).toEqual([1, 2]);
		expect(kept.some(({ revision }) => revision === 7)).toBe(false);
		expect(kept.at(-1)).toEqual(marks.at(-1));
	});

	it('lets one at a reset go only where there is no other', () => {
		const resets = aged(...Array.from({ length: maxVersions + 1 }, (_, index) => (maxVersions - index) * 10));
		const oneCommon = resets.map((mark, index) => ({ ...mark, reset: index > 100 || index < 99 }));
		expect(supersededVersions(oneCommon, now)).toEqual([100]);
		expect(keptOf(resets.map((mark) => ({ ...mark, reset: true })))).toHaveLength(maxVersions);
	});
});

/** Saves of up to some days, by the pauses between them, many short and some long. */
const history = fc
	.array(
		fc.record({
			pause: fc.oneof(
				fc.integer({ min: 1, max: 40_000 }),
				fc.integer({ min: 1, max: 20 * minute }),
				fc.integer({ min: 1, max: 2 * day })
			),
			reset: fc.boolean()
		}),
		{ minLength: 1, maxLength: 260, size: 'max' }
	)
	.map((saves) => {
		let at = now;
		return saves.map(({ pause, reset }, index): VersionMark => {
			at += pause;
			return { revision: index + 1, savedAt: at, reset: reset && index % 5 === 0 };
		});
	});

describe('whatever was saved', () => {
	it('the newest stays, no more than are allowed, and thinning again changes nothing', () => {
		fc.assert(
			fc.property(history, fc.nat(3 * day), (marks, later) => {
				const at = (marks.at(-1)?.savedAt ?? 0) + later;
				const kept = keptOf(marks, at);
				expect(kept.length).toBeLessThanOrEqual(maxVersions);
				expect(kept.at(-1)).toEqual(marks.at(-1));
				expect(supersededVersions(kept, at)).toEqual([]);
			})
		);
	});

	it('something is left of every ten minutes of the last day, and of every day', () => {
		fc.assert(
			fc.property(history, (marks) => {
				const at = marks.at(-1)?.savedAt ?? 0;
				const kept = keptOf(marks, at);
				// Where there were too many, the shortest-lived went as well.
				fc.pre(kept.length < maxVersions);
				const slots = (list: readonly VersionMark[]) => ({
					days: new Set(list.map(({ savedAt }) => Math.floor(savedAt / day))),
					tens: new Set(
						list
							.filter(({ savedAt }) => at - savedAt <= day)
							.map(({ savedAt }) => Math.floor(savedAt / (10 * minute)))
					),
					lastHour: list.filter(({ savedAt }) => at - savedAt <= hour)
				});
				expect(slots(kept)).toEqual(slots(marks));
			})
		);
	});

	it('thinning after every save leaves as much as one thinning at the end', () => {
		fc.assert(
			fc.property(history, (marks) => {
				const at = marks.at(-1)?.savedAt ?? 0;
				let grown: VersionMark[] = [];
				let wasFull = false;
				for (const mark of marks) {
					grown = keptOf([...grown, mark], mark.savedAt);
					wasFull ||= grown.length === maxVersions;
				}
				fc.pre(!wasFull);
				expect(grown).toEqual(keptOf(marks, at));
			}),
			{ numRuns: 30 }
		);
	});
});

it('reads a version’s number out of an address', () => {
	expect(v.parse(VersionNumber, '2147483647')).toBe(2_147_483_647);
	for (const text of ['0', '-1', '01', '1.5', '1e3', '', ' 1', 'x', '2147483648', '99999999999']) {
		expect([text, v.is(VersionNumber, text)]).toEqual([text, false]);
	}
});
