import * as v from 'valibot';
import { expect, it } from 'vitest';
import { CellId, LessonId } from './ids';
import type { CellSpec } from './lesson';
import { around, minutesLeft, progressIn, standings, type CellEnd } from './progress';

const lessonId = v.parse(LessonId, 'loops');
const cellId = (id: string) => v.parse(CellId, id);
const cell = (id: string, expected?: string): CellSpec => ({
	role: 'example',
	id: cellId(id),
	starter: '',
	...(expected === undefined ? {} : { expect: expected })
});
const end = (id: string, status: CellEnd['status'], errorType?: string): CellEnd => ({
	lessonId,
	cellId: cellId(id),
	status,
	errorType
});

it('counts the cells that did their work: an error that is meant counts, another does not', () => {
	const cells = [cell('a'), cell('b', 'NameError'), cell('c', 'NameError'), cell('d'), cell('e')];
	const ends = [
		end('a', 'ok'),
		end('b', 'error', 'NameError'),
		end('c', 'error', 'TypeError'),
		end('d', 'error', 'NameError'),
		end('e', undefined)
	];
	expect(progressIn(cells, ends)).toEqual({ done: 2, all: 5, touched: true });
	expect(progressIn(cells, [])).toEqual({ done: 0, all: 5, touched: false });
	expect(progressIn([cell('b', 'NameError')], [end('b', 'ok')])).toMatchObject({ done: 0 });
});

it('counts neither the setup of exercises nor a cell that the lesson lost', () => {
	const setup: CellSpec = { role: 'setup', id: cellId('s'), starter: '', exercises: [] };
	const ends = [end('s', 'ok'), end('gone', 'ok')];
	expect(progressIn([setup, cell('a')], ends)).toEqual({ done: 0, all: 1, touched: false });
});

it('names one lesson as the next: the first that nothing was left in', () => {
	const done = { done: 2, all: 2, touched: true };
	const begun = { done: 0, all: 2, touched: true };
	const fresh = { done: 0, all: 2, touched: false };
	expect(standings([done, fresh, begun, fresh])).toEqual(['done', 'next', 'in-progress', 'later']);
	expect(standings([done])).toEqual(['done']);
	// A lesson without cells is never done: nobody can say that it was read.
	expect(standings([{ done: 0, all: 0, touched: false }, fresh])).toEqual(['next', 'later']);
});

it('says how many minutes are left: all before the first cell, none after the last, never none before that', () => {
	expect(minutesLeft(35, { done: 0, all: 12 })).toBe(35);
	expect(minutesLeft(35, { done: 6, all: 12 })).toBe(18);
	expect(minutesLeft(1, { done: 11, all: 12 })).toBe(1);
	expect(minutesLeft(35, { done: 12, all: 12 })).toBe(0);
	expect(minutesLeft(5, { done: 0, all: 0 })).toBe(5);
});

it('finds the lessons before and after one', () => {
	const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id: v.parse(LessonId, id) }));
	const course = [a!, b!, c!];
	expect(around(course, b!.id)).toEqual({ previous: a, next: c });
	expect(around(course, a!.id)).toEqual({ previous: undefined, next: b });
	expect(around(course, c!.id)).toEqual({ previous: b, next: undefined });
	expect(around(course, lessonId)).toEqual({ previous: undefined, next: undefined });
	expect(around([a!], lessonId)).toEqual({ previous: undefined, next: undefined });
});
