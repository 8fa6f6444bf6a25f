import { expect, it } from 'vitest';
import type { Checked, Finding } from './finding';
import { progress } from './progress';
import { asJson, asText, problemsOf } from './report';

const lesson: Checked = { lesson: 'loops', cells: 3, exercises: 1, minutes: 12, grade: 4.2, findings: [] };
const drift: Finding = {
	path: '02-loops/index.md',
	line: 7,
	kind: 'problem',
	what: 'It gives something else.',
	expected: 'a\nb',
	got: 'a\nc\x1b[31m'
};
const note: Finding = { path: '02-loops/index.md', line: 9, column: 2, kind: 'note', what: 'It asks.' };
const plain: Finding = {
	path: '03-x/index.md',
	line: 1,
	kind: 'problem',
	what: 'Wrong.',
	expected: '1',
	got: '2'
};

it('names each finding where an editor can jump to it, and sets outputs of several lines side by side', () => {
	expect(asText({ lessons: [lesson], findings: [drift, note, plain] }, false)).toEqual([
		'02-loops/index.md:7 ✗ It gives something else.',
		'    - a',
		'    - b',
		'    + a',
		'    + c?[31m',
		'02-loops/index.md:9:2 · It asks.',
		'03-x/index.md:1 ✗ Wrong.',
		'    expected: 1',
		'    got:      2',
		'1 lesson, 3 cells run, 1 exercise: 2 problems.'
	]);
	expect(asText({ lessons: [lesson, lesson], findings: [note] }, true).at(-1)).toBe(
		'2 lessons, 6 cells run, 2 exercises: \x1b[32mall is well\x1b[0m.'
	);
});

it('says the same to a program', () => {
	expect(JSON.parse(asJson({ lessons: [lesson], findings: [note] }))).toEqual({
		ok: true,
		lessons: [{ lesson: 'loops', cells: 3, exercises: 1, minutes: 12, grade: 4.2 }],
		findings: [note]
	});
	expect(problemsOf({ lessons: [], findings: [drift, note, plain] })).toEqual([drift, plain]);
});

it('shows a bar on a terminal, and lines elsewhere', () => {
	const shown = (isTTY: boolean): string => {
		let text = '';
		const bar = progress({ write: (part: string) => (text += part), isTTY }, 2);
		bar.done('one');
		bar.done('two');
		bar.end();
		return text;
	};
	expect(shown(false)).toBe('1/2 one\n2/2 two\n');
	expect(shown(true).split('\r\x1b[2K')).toEqual([
		'',
		'░░░░░░░░░░░░░░░░░░░░░░░░ 0/2 ',
		'████████████░░░░░░░░░░░░ 1/2 one',
		'████████████████████████ 2/2 two',
		''
	]);
});
