import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { RecordedLesson } from '../../src/lib/domain/recorded-lesson';
import { checkLessons, checkTexts } from '../../src/cli/lessons/check-lessons';
import { newLesson } from '../../src/cli/lessons/new-lesson';
import { writeRecorded } from '../../src/cli/lessons/recorded';
import type { Report } from '../../src/cli/lessons/report';

// Each run starts Python for some lessons, and each start takes seconds where the machine does much else.
vi.setConfig({ testTimeout: 120_000 });

let home: string;
let folder: string;
beforeAll(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'procoder-check-'));
	folder = path.join(home, 'lessons');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** However busy the machine is on which the tests run: seconds are five times as long. */
const slowness = () => Promise.resolve(5);

const run = (
	more: { update?: boolean; only?: string; slowness?: () => Promise<number> } = {}
): Promise<Report> =>
	checkLessons({
		folder,
		update: false,
		runner: inject('runnerFolder'),
		progress: () => ({ done: () => undefined, end: () => undefined }),
		slowness,
		...more
	});

const lesson = `---
title: Share a bill
summary: Let Python share a bill.
minutes: 12
---

Three friends eat soup in a café. The bill comes, and nobody wants to do the sum. Python can do it for them, and it does not get tired of it.

## The bill

![A bill with three prices](bill.svg)

Here are the prices. You have seen [what comes next](#share-it) already. Run the cell, and look at the number below it. Then change one of the prices, and run it again. Did the number change as you thought it would?

\`\`\`{python}
#| id: total
prices = [3, 4, 5]
total = sum(prices)
print("all:", total)
\`\`\`

\`\`\`{python}
#| id: oops
#| expect: TypeError
"3" + 4
\`\`\`

### With a tip

\`\`\`{python}
#| id: tip
from random import Random
(total + 1, Random(7).randint(1, 6))
\`\`\`

\`\`\`{python}
#| id: asks
#| stdin: ["Ada"]
print("Hello,", input("Name? "))
\`\`\`

## Share it

::: {.quiz #what-it-shows}
What does this show?

\`\`\`python
print(3 + 4)
\`\`\`

- [ ] \`34\`
  > These are numbers.
- [x] \`7\`
  > It is the sum.

:::

::: {.quiz #what-it-knows}
What does this show?

\`\`\`python
print(total)
\`\`\`

- [ ] \`12\`
  > This program has no such name.
- [x] A \`NameError\`
  > Nothing has this name here.

:::

\`\`\`{python}
#| exercise: share
#| setup: true
guests = 5
\`\`\`

\`\`\`{python}
#| exercise: share
def share(guests):
    return total
\`\`\`

::: {.solution exercise="share"}

\`\`\`python
def share(guests):
    return total / guests
\`\`\`

:::

::: {.mistake #rounds-down exercise="share" belief="// divides"}
With 5 guests, the cents are gone.

\`\`\`python
def share(guests):
    return total // guests
\`\`\`

\`\`\`{python}
#| check: true
share(5) == 2
\`\`\`

:::

::: {.mistake #whole exercise="share" belief="the sum is for each"}
With 5 guests, each one pays 12 here.

\`\`\`python
def share(guests):
    print(total)
    return total
\`\`\`

\`\`\`{python}
#| check: true
share(5) == total
\`\`\`

:::

\`\`\`{python}
#| exercise: share
#| check: true
expect_call("share", 5, gives=2.4)
for_all("share", integers(1, 9))
\`\`\`

\`\`\`{python}
#| id: change
#| timelimit: 60
print(20 - total)
\`\`\`

\`\`\`{python}
#| id: gaps
#| blanks: true
print(total / ___)
\`\`\`
`;

/** The line of the lesson that begins with these words. */
const lineOf = (text: string, start: string): number =>
	text.split('\n').findIndex((line) => line.startsWith(start)) + 1;

type Fault = {
	/** What is put in the place of what. */
	from: string;
	to: string;
	/** The beginning of the line that is named, in the lesson with the fault. */
	at: string;
	what: RegExp;
	expected?: string;
	got?: RegExp;
	kind?: 'note';
};

const hard =
	'Notwithstanding considerable organisational heterogeneity, proportional redistribution of accumulated expenditure necessitates computational instrumentation, particularly considering individually differentiated consumption characteristics throughout international gastronomical establishments, whose administrative responsibilities institutionalise unnecessarily complicated reconciliation methodologies.';

/** What only shows when it is run. */
const faultsOfCode: Record<string, Fault> = {
	'a-cell-raises': {
		from: 'print(20 - total)',
		to: 'left = 20 - total\nprint(lef)',
		at: '```{python}\n#| id: change',
		what: /cell “change” does not run to its end: line 2 of its code/,
		expected: 'no error',
		got: /^NameError: .*lef/
	},
	'a-cell-never-ends': {
		from: 'timelimit: 60\nprint(20 - total)',
		to: 'timelimit: 1\nwhile True: pass',
		at: '```{python}\n#| id: change',
		what: /cell “change” does not run to its end/,
		got: /longer than its time limit/
	},
	'another-error': {
		from: 'expect: TypeError',
		to: 'expect: ValueError',
		at: '```{python}\n#| id: oops',
		what: /“oops” is meant to end with an error/,
		expected: 'ValueError',
		got: /^TypeError/
	},
	'output-drifts': {
		from: 'print("all:"',
		to: 'print("All:"',
		at: '```{python}',
		what: /“total” gives something else than what was recorded/,
		expected: 'all: 12',
		got: /^All: 12$/
	},
	'start-without-its-error': {
		from: '#| exercise: share\ndef share',
		to: '#| exercise: share\n#| expect: ZeroDivisionError\ndef share',
		at: '```{python}\n#| exercise: share\n#| expect',
		what: /“share” starts with is meant to end with an error/,
		expected: 'ZeroDivisionError',
		got: /^none$/
	},
	'gaps-in-no-python': {
		from: 'print(total / ___)',
		to: 'left = total\nprint(total / ___',
		at: '```{python}\n#| id: gaps',
		what: /“gaps” is no Python with a name in each blank: line 2 of its code/,
		got: /never closed/,
		kind: 'note'
	},
	'quiz-drifts': {
		from: 'print(3 + 4)',
		to: 'print("3" + "4")',
		at: '::: {.quiz #what-it-shows',
		what: /right option of the quiz “what-it-shows” is not what its code shows/,
		expected: '7',
		got: /^34$/
	},
	'solution-fails': {
		from: '    return total / guests',
		to: '    return total / (guests + 1)',
		at: '```{python}\n#| exercise: share\n#| check: true',
		what: /solution of “share” does not pass this check/,
		expected: '2.4',
		got: /share\(5\) → 2\.0/
	},
	'message-drifts': {
		from: 'expect_call("share", 5, gives=2.4)\n',
		to: 'assert share(5) == 2.4, "Each one pays 2.4."\n',
		at: '```{python}\n#| exercise: share\ndef',
		what: /checks of “share” say something else of the code that it starts with/,
		expected: 'check 1 fails\ncheck 1 call: share(5)\ncheck 1 expected: 2.4\ncheck 1 got: 12',
		got: /^check 1 fails\ncheck 1 message: Each one pays 2\.4\.\nmistake: whole$/
	},
	'starter-passes': {
		from: 'def share(guests):\n    return total\n',
		to: 'def share(guests):\n    return total / guests\n',
		at: '```{python}\n#| exercise: share\ndef',
		what: /the exercise “share” starts with passes its checks/
	},
	'mistake-unseen': {
		from: 'share(5) == 2\n',
		to: 'share(5) == 3\n',
		at: '::: {.mistake #rounds-down',
		what: /“rounds-down” is not recognised/,
		expected: 'the message of “rounds-down”'
	},
	'mistake-of-another': {
		from: 'share(5) == total',
		to: 'share(5) in (2, total)',
		at: '::: {.mistake #rounds-down',
		what: /“rounds-down” brings the message of another/,
		got: /“whole”/
	},
	'mistake-says-another-value': {
		from: 'With 5 guests, the cents are gone.',
		to: 'With `total` 17, your `share(5)` is 4.',
		at: '::: {.mistake #rounds-down',
		what: /message of the mistake “rounds-down” says something else/,
		expected: '3',
		got: /^share\(5\): 4$/
	},
	'mistake-says-another-type': {
		from: 'With 5 guests, the cents are gone.',
		to: 'Your `share(5)` gives the text "2".',
		at: '::: {.mistake #rounds-down',
		what: /message of the mistake “rounds-down” says something else/,
		expected: '2, or',
		got: /^share\(5\): "2"$/
	},
	'mistake-says-another-error': {
		from: 'With 5 guests, each one pays 12 here.',
		to: 'Your `share(5, 2)` ends with a `ValueError`.',
		at: '::: {.mistake #whole',
		what: /message of the mistake “whole” says something else/,
		expected: 'TypeError',
		got: /^share\(5, 2\): ValueError$/
	},
	'text-says-another-value': {
		from: 'Three friends',
		to: 'As `17 // 5` is 4, three friends',
		at: 'As `17',
		what: /`17 \/\/ 5` has another value than the text says/,
		expected: '3',
		got: /^4$/,
		kind: 'note'
	},
	'mistake-says-another-line': {
		from: 'With 5 guests, each one pays 12 here.',
		to: 'With 5 guests, your last line is "14".',
		at: '::: {.mistake #whole',
		what: /message of the mistake “whole” says something else/,
		expected: 'nothing',
		got: /^14$/
	},
	'mistake-has-a-strange-number': {
		from: 'With 5 guests, each one pays 12 here.',
		to: 'With 5 guests, each one pays 19.5 here.',
		at: '::: {.mistake #whole',
		what: /“whole” has a number that is not in its exercise/,
		got: /^19\.5$/,
		kind: 'note'
	},
	'mistake-is-right': {
		from: '    print(total)\n    return total\n',
		to: '    return total / guests\n',
		at: '::: {.mistake #whole',
		what: /“whole” passes the checks/
	},
	'check-is-no-python': {
		from: 'expect_call("share", 5, gives=2.4)',
		to: 'expect_call("share", 5, gives=2.4',
		at: '::: {.solution',
		what: /solution of “share” cannot be checked/,
		got: /check 1/
	}
};

/** What shows in the text. */
const faultsOfText: Record<string, Fault> = {
	'heading-skips': {
		from: '### With a tip',
		to: '#### With a tip',
		at: '#### With',
		what: /leaves out a level/,
		expected: '### With a tip'
	},
	'picture-is-silent': {
		from: '![A bill with three prices]',
		to: '![]',
		at: '![](bill',
		what: /says nothing to those who cannot see it/
	},
	'link-to-no-heading': {
		from: '(#share-it)',
		to: '(#share-its)',
		at: 'Here are the prices',
		what: /no heading “#share-its”\. Did you mean “share-it”/,
		expected: 'one of #the-bill, #with-a-tip, #share-it'
	},
	'link-to-nowhere': {
		from: '(#share-it)',
		to: '(bill.html)',
		at: 'Here are the prices',
		what: /“bill.html” leads nowhere/
	},
	'address-of-no-lesson': {
		from: '(#share-it)',
		to: '(/lessons/goood)',
		at: 'Here are the prices',
		what: /There is no lesson “goood”\. Did you mean “good”/
	},
	'address-of-no-heading': {
		from: '(#share-it)',
		to: '(/lessons/good#share-its)',
		at: 'Here are the prices',
		what: /no heading “#share-its” in the lesson “good”\. Did you mean “share-it”/,
		expected: 'one of #the-bill, #with-a-tip, #share-it'
	},
	'lesson-is-lost': {
		from: '(#share-it)',
		to: '(lesson:sharing)',
		at: 'Here are the prices',
		what: /There is no lesson “sharing”/
	},
	'minutes-are-wrong': {
		from: 'minutes: 12',
		to: 'minutes: 90',
		at: 'minutes',
		what: /minutes in the front matter/,
		got: /^90$/
	},
	'hard-to-read': {
		from: '## The bill',
		to: `${hard}\n\n${hard}\n\n## The bill`,
		at: '',
		what: /hard to read/,
		expected: 'a reading grade of at most 8 (Flesch–Kincaid)'
	},
	'option-unknown': {
		from: '#| timelimit: 60',
		to: '#| timelimt: 60',
		at: '#| timelimt',
		what: /no cell option “timelimt”.*Did you mean “timelimit”/
	}
};

async function write(name: string, text: string): Promise<void> {
	const place = path.join(folder, name);
	await mkdir(place, { recursive: true });
	await writeFile(path.join(place, 'index.md'), text);
	await writeFile(path.join(place, 'bill.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
}

/** The good lesson with these faults in it. */
function spoiled(faults: Record<string, Fault>, names: readonly string[]): string {
	return names.reduce((text, name) => {
		const fault = faults[name];
		if (fault === undefined) throw new Error(name);
		expect(text.split(fault.from), name).toHaveLength(2);
		return text.replace(fault.from, fault.to);
	}, lesson);
}

/** Each of the faults is told once and where it is, and nothing else is. `more`: what follows from them. */
function expectFaults(
	all: Report['findings'],
	text: string,
	faults: Record<string, Fault>,
	names: readonly string[],
	more: readonly RegExp[] = []
): void {
	for (const name of names) {
		const fault = faults[name];
		if (fault === undefined) throw new Error(name);
		const found = all.filter(({ what }) => fault.what.test(what));
		expect(found, name).toHaveLength(1);
		const at =
			fault.at === '' ? lineOf(text, 'Three') - 1 : text.slice(0, text.indexOf(fault.at)).split('\n').length;
		expect([name, found[0]?.line, found[0]?.kind]).toEqual([name, at, fault.kind ?? 'problem']);
		if (fault.expected !== undefined) expect(found[0]?.expected).toContain(fault.expected);
		if (fault.got !== undefined) expect(found[0]?.got).toMatch(fault.got);
	}
	const known = [...names.flatMap((name) => faults[name]?.what ?? []), ...more];
	const problems = all.filter(({ kind }) => kind === 'problem');
	expect(problems.filter(({ what }) => !known.some((one) => one.test(what)))).toEqual([]);
}

const findingsAt = ({ findings }: Report, place: string): Report['findings'] =>
	findings.filter((one) => one.path === `${place}/index.md`);
const problemsAt = (report: Report, place: string): Report['findings'] =>
	findingsAt(report, place).filter(({ kind }) => kind === 'problem');

test('finds every fault in the text of a lesson, and nothing else', async () => {
	await rm(folder, { recursive: true, force: true });
	await write('01-good', lesson);
	const names = Object.keys(faultsOfText);
	const placeOf = (name: string): string => `${String(names.indexOf(name) + 2).padStart(2, '0')}-${name}`;
	for (const name of names) await write(placeOf(name), spoiled(faultsOfText, [name]));
	// A lesson that cannot be read is there all the same.
	const links = '[a](/lessons/good) [b](/lessons/good#share-it) [c](/lessons/option-unknown#any)';
	await write('98-links', lesson.replace('[what comes next](#share-it)', links));
	const report = await checkTexts({ folder });
	expect(report.lessons.map(({ lesson: id }) => id)).toContain('good');
	expect(problemsAt(report, '01-good')).toEqual([]);
	expect(problemsAt(report, '98-links')).toEqual([]);
	for (const name of names)
		expectFaults(findingsAt(report, placeOf(name)), spoiled(faultsOfText, [name]), faultsOfText, [name]);
	const one = placeOf('heading-skips');
	expect((await checkTexts({ folder, only: one })).findings).toEqual(
		report.findings.filter(({ path: place }) => place.startsWith(one))
	);
});

/** Of the good lesson. */
function expectRecord(recorded: unknown): void {
	const failing = ['check 1 fails', 'check 1 call: share(5)', 'check 1 expected: 2.4'];
	expect(recorded).toMatchObject({
		format: 1,
		exercises: {
			share: {
				solution: ['check 1 passes'],
				starter: [...failing, 'check 1 got: 12', 'mistake: whole'],
				mistakes: {
					'rounds-down': [...failing, 'check 1 got: 2', 'mistake: rounds-down'],
					whole: [...failing, 'check 1 got: 12', 'mistake: whole']
				}
			}
		},
		cells: {
			total: { outputs: [{ kind: 'stdout', text: 'all: 12\n' }] },
			oops: { outputs: [], error: { type: 'TypeError' } },
			tip: { outputs: [{ kind: 'display', data: { 'text/plain': '(13, 3)' } }] },
			asks: { outputs: [{ kind: 'stdout', text: 'Name? Hello, Ada\n' }] },
			change: { outputs: [{ kind: 'stdout', text: '8\n' }] }
		}
	});
}

/** Faults that do not hide each other share a lesson: Python starts twice for each lesson. */
const together = [
	['another-error', 'output-drifts', 'message-drifts', 'quiz-drifts'],
	['a-cell-never-ends', 'starter-passes', 'mistake-unseen', 'mistake-is-right'],
	['mistake-of-another', 'start-without-its-error', 'gaps-in-no-python', 'mistake-has-a-strange-number'],
	['solution-fails', 'a-cell-raises'],
	['mistake-says-another-value', 'mistake-says-another-line', 'text-says-another-value'],
	['mistake-says-another-type', 'mistake-says-another-error'],
	['check-is-no-python']
];

test('records a good lesson only, and finds every fault in what the code of one does, and nothing else', async () => {
	expect(together.flat().toSorted()).toEqual(Object.keys(faultsOfCode).toSorted());
	await rm(folder, { recursive: true, force: true });
	await write('01-good', lesson);
	await write('02-bad', lesson.replace('total = sum(prices)', 'total = summ(prices)'));
	const updated = await run({ update: true });
	expect(problemsAt(updated, '01-good')).toEqual([]);
	const recorded = (name: string): string => path.join(folder, name, 'expected.json');
	await expect(readFile(recorded('02-bad'), 'utf8')).rejects.toThrow('ENOENT');
	await rm(path.join(folder, '02-bad'), { recursive: true });
	expectRecord(JSON.parse(await readFile(recorded('01-good'), 'utf8')));
	for (const [index, names] of together.entries()) {
		const place = `0${index + 2}-spoiled-${index + 2}`;
		await write(place, spoiled(faultsOfCode, names));
		await copyFile(recorded('01-good'), recorded(place));
	}
	await writeFile(recorded('08-spoiled-8'), '{"format":2}');
	// A cell that never ends is given three times as long as this says.
	const report = await run({ slowness: () => Promise.resolve(2) });
	expect(problemsAt(report, '01-good')).toEqual([]);
	const broken = /^The file expected.json beside the lesson cannot be read/;
	expect(report.findings.filter(({ what }) => broken.test(what))).toMatchObject([
		{ path: '08-spoiled-8/index.md', line: 1, kind: 'problem' }
	]);
	for (const [index, names] of together.entries()) {
		const place = `0${index + 2}-spoiled-${index + 2}`;
		// A cell that fails gives something else, too, and what a check says of one thing it says of several.
		expectFaults(findingsAt(report, place), spoiled(faultsOfCode, names), faultsOfCode, names, [
			broken,
			/^An option of the quiz “what-it-shows” is what its code shows/,
			/^The cell “change” gives something else/,
			/^The checks of “share” say something else of /
		]);
	}
});

test('a record is written only where something changed', async () => {
	const place = path.join(home, 'record');
	await mkdir(place);
	const record = { format: 1, cells: {}, exercises: {} } as const satisfies RecordedLesson;
	expect(await writeRecorded(place, record)).toBe(true);
	expect(await writeRecorded(place, record)).toBe(false);
	const share = { solution: ['check 1 passes'], starter: ['check 1 fails'], mistakes: {} };
	const changed = v.parse(RecordedLesson, { ...record, exercises: { share } });
	expect(await writeRecorded(place, changed)).toBe(true);
	expect(JSON.parse(await readFile(path.join(place, 'expected.json'), 'utf8'))).toEqual({
		...record,
		exercises: { share }
	});
});

test('a new lesson passes as it is', async () => {
	await rm(folder, { recursive: true, force: true });
	expect(await newLesson(folder, 'add-up-a-bill')).toMatchObject({ ok: true });
	const { findings, lessons } = await run({ update: true });
	expect(findings.filter(({ kind }) => kind === 'problem')).toEqual([]);
	expect(lessons).toMatchObject([{ lesson: 'add-up-a-bill', cells: 2, exercises: 1 }]);
});

test('the exercise in the guide for authors passes as it is', async () => {
	await rm(folder, { recursive: true, force: true });
	const guide = await readFile(path.resolve('docs/writing-lessons.md'), 'utf8');
	const [, example = ''] = /^## Exercises$[^]*?^````markdown\n([^]*?)^````$/m.exec(guide) ?? [];
	expect(example).toContain('.mistake');
	await write('01-guide', `---\ntitle: T\nsummary: S\nminutes: 4\n---\n\n${example}`);
	const { lessons, findings } = await run({ update: true });
	expect(lessons).toMatchObject([{ lesson: 'guide', exercises: 1 }]);
	expect(findings.filter(({ kind }) => kind === 'problem')).toEqual([]);
});

test('what stands below a cell that never ends is not accused of what it misses', async () => {
	await rm(folder, { recursive: true, force: true });
	const endless = '#| id: oops\n#| timelimit: 1\nwhile True:\n    print("soup")';
	const text = lesson.replace('#| id: oops\n#| expect: TypeError\n"3" + 4', endless);
	expect(text).not.toBe(lesson);
	await write('01-endless', text);
	const { findings } = await run({ slowness: () => Promise.resolve(2) });
	expect(findings.filter(({ kind }) => kind === 'problem')).toMatchObject([
		{
			line: text.slice(0, text.indexOf(endless)).split('\n').length - 1,
			what: 'The cell “oops” does not run to its end. What stands below it was not run.'
		}
	]);
});

test('a machine that is too slow is told of, and not the lesson', async () => {
	await rm(folder, { recursive: true, force: true });
	await write('01-slow', spoiled(faultsOfCode, ['a-cell-never-ends']));
	// What was usual when it began is a thousand times slower when the cell has been ended.
	const measured = [1];
	const { findings } = await run({ slowness: () => Promise.resolve(measured.pop() ?? 1_000) });
	expect(findings.filter(({ kind }) => kind === 'problem').map(({ what }) => what)).toEqual([
		'This machine was too slow to run the cell “change” to its end.'
	]);
});

test('a machine on which Python does not start is told of', async () => {
	await write('01-good', lesson);
	const progress = () => ({ done: () => undefined, end: () => undefined });
	await expect(checkLessons({ folder, update: false, runner: '/nowhere', progress })).rejects.toThrow(
		'Python does not start on this machine'
	);
});
