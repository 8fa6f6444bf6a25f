import { expect, test } from 'vitest';
import { en } from './en';
import { en as operator } from './en-operator';
import { tOperator } from './operator';
import { t, type MessageKey } from './translate';

/** Every argument that any message names, so that each can be formatted; an unknown one would throw. */
const values = {
	theme: 'dark',
	folder: 'f',
	count: 2,
	expected: 'e',
	lessons: 'l',
	level: 'beginner',
	done: 1,
	all: 3,
	id: 'x',
	message: 'm',
	number: 1,
	label: 'l',
	seconds: '0.1',
	line: 4,
	reason: 'r',
	model: 'm',
	from: 1,
	to: 2,
	passed: 1,
	what: 'w',
	why: 'failed',
	confirmed: 1,
	type: 'T',
	lines: 'l',
	name: 'n',
	value: 'v',
	text: 't',
	first: 0,
	second: 'b',
	question: 'q',
	loaded: '1',
	total: '2',
	cells: '1 and 2',
	example: 'f(1)',
	// A moment in some messages.
	last: 0,
	at: 0,
	word: 'x',
	section: 'x',
	said: 'x',
	when: 'w',
	gone: 1,
	new: 1,
	cell: 'cell 1',
	address: 'http://m',
	advice: 'a',
	size: '1',
	memory: '2',
	percent: 50,
	temperature: 0.7,
	top: 0.9,
	most: 9,
	time: '30m'
};

test('every message is valid and can be formatted', () => {
	for (const key of Object.keys(en) as MessageKey[]) expect(t(key, values), key).not.toBe('');
	for (const key of Object.keys(operator) as (keyof typeof operator)[])
		expect(tOperator(key, values), key).not.toBe('');
});

test('plurals follow the language', () => {
	expect(t('lesson.minutes', { count: 1 })).toBe('1 minute');
	expect(t('lesson.minutes', { count: 12 })).toBe('12 minutes');
});

test('values are text: markup in them stays as it is', () => {
	expect(t('actual.value', { value: '<b>{x}</b>' })).toBe('Your code gives <b>{x}</b>.');
});
