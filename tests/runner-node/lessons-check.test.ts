import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { checkLessons } from '../../src/cli/lessons/check-lessons';
import { newLesson } from '../../src/cli/lessons/new-lesson';
import type { Report } from '../../src/cli/lessons/report';

// Each run starts Python for a score of lessons.
vi.setConfig({ testTimeout: 240_000 });

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
#| timelimit: 2
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

## Share it

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
The cents are gone.

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
Each one pays all of it here.

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
};

const hard =
	'Notwithstanding considerable organisational heterogeneity, proportional redistribution of accumulated expenditure necessitates computational instrumentation, particularly considering individually differentiated consumption characteristics throughout international gastronomical establishments, whose administrative responsibilities institutionalise unnecessarily complicated reconciliation methodologies.';

const faults: Record<string, Fault> = {
	'a-cell-raises': {
		from: 'total = sum(prices)',
		to: 'total = sum(prices)\nprint(totl)',
		at: '```{python}',
		what: /cell “total” does not run to its end: line 3 of its code/,
		expected: 'no error',
		got: /^NameError: .*totl/
	},
	'a-cell-never-ends': {
		from: 'total = sum(prices)',
		to: 'total = sum(prices)\nwhile True: pass',
		at: '```{python}',
		what: /cell “total” does not run to its end/,
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
	},
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
		to: '(#share-them)',
		at: 'Here are the prices',
		what: /no heading “#share-them”\. Did you mean “share-it”/,
		expected: 'one of #the-bill, #with-a-tip, #share-it'
	},
	'link-to-nowhere': {
		from: '(#share-it)',
		to: '(bill.html)',
		at: 'Here are the prices',
		what: /“bill.html” leads nowhere/
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
		from: '#| timelimit: 2',
		to: '#| timelimt: 2',
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

test('finds every fault that was put into a copy of a good lesson, and nothing else', async () => {
	await write('01-good', lesson);
	expect((await run({ update: true })).findings).toEqual([]);
	const recorded = path.join(folder, '01-good', 'expected.json');
	const texts: Record<string, string> = {};
	for (const [index, [name, { from, to }]] of Object.entries(faults).entries()) {
		expect(lesson.split(from), name).toHaveLength(2);
		const text = lesson.replace(from, to);
		const place = `${String(index + 2).padStart(2, '0')}-${name}`;
		texts[`${place}/index.md`] = text;
		await write(place, text);
		await copyFile(recorded, path.join(folder, place, 'expected.json'));
	}
	const report = await run();
	expect(report.lessons.map(({ lesson: id }) => id)).toContain('good');
	const problems = report.findings.filter(({ kind }) => kind === 'problem');
	// A cell that does not run gives other outputs too, also further below: the first thing that is said is the fault.
	const first = new Map(problems.toReversed().map((one) => [one.path, one]));
	expect([...first.keys()].toSorted()).toEqual(Object.keys(texts).toSorted());
	for (const [place, text] of Object.entries(texts)) {
		const fault = faults[place.slice(3, -'/index.md'.length)];
		if (fault === undefined) throw new Error(place);
		const found = problems.filter((one) => one.path === place && fault.what.test(one.what));
		expect(found, place).toHaveLength(1);
		const at =
			fault.at === ''
				? lineOf(text, 'Three') - 1
				: 1 + text.slice(0, text.indexOf(fault.at)).split('\n').length - 1;
		expect([place, found[0]?.line]).toEqual([place, at]);
		if (fault.expected !== undefined) expect(found[0]?.expected).toContain(fault.expected);
		if (fault.got !== undefined) expect(found[0]?.got).toMatch(fault.got);
	}
	// Only a cell that fails has more to say than its fault: what it gives is something else, too.
	const several = Object.keys(texts).filter(
		(place) => problems.filter((one) => one.path === place).length > 1
	);
	expect(several.map((place) => place.slice(3, -'/index.md'.length)).toSorted()).toEqual([
		'a-cell-never-ends',
		'a-cell-raises',
		'message-drifts'
	]);
	// The same again: neither turns nor times show.
	const again = await run({ only: '02-a-cell-raises' });
	expect(again.findings).toEqual(report.findings.filter((one) => one.path.startsWith('02-')));
});

test('--update writes only where something changed, and nothing of a lesson that fails', async () => {
	await rm(folder, { recursive: true, force: true });
	await write('01-good', lesson);
	await write('02-bad', lesson.replace('total = sum(prices)', 'total = summ(prices)'));
	const recorded = (name: string): Promise<string> =>
		readFile(path.join(folder, name, 'expected.json'), 'utf8');
	await run({ update: true });
	const first = await recorded('01-good');
	await expect(recorded('02-bad')).rejects.toThrow('ENOENT');
	await run({ update: true, only: '01-good' });
	expect(await recorded('01-good')).toBe(first);
	const failing = ['check 1 fails', 'check 1 call: share(5)', 'check 1 expected: 2.4'];
	expect(JSON.parse(first)).toMatchObject({
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
			tip: { outputs: [{ kind: 'display', data: { 'text/plain': '(13, 3)' } }] }
		}
	});
	// It lies beside the lesson, and is none of its files: no cell can read it, and no browser gets it by its name.
	expect((await run({ only: '01-good' })).findings).toEqual([]);
	await writeFile(path.join(folder, '01-good', 'expected.json'), '{"format":2}');
	expect((await run({ only: '01-good' })).findings).toMatchObject([{ kind: 'problem', line: 1 }]);
});

test('a new lesson passes as it is', async () => {
	await rm(folder, { recursive: true, force: true });
	expect(await newLesson(folder, 'add-up-a-bill')).toMatchObject({ ok: true });
	const { findings, lessons } = await run({ update: true });
	expect(findings).toEqual([]);
	expect(lessons).toMatchObject([{ lesson: 'add-up-a-bill', cells: 2, exercises: 1 }]);
	expect((await run()).findings).toEqual([]);
});

test('a machine that is too slow is told of, and not the lesson', async () => {
	await rm(folder, { recursive: true, force: true });
	await write('01-slow', lesson.replace('total = sum(prices)', 'total = 12\nwhile prices: pass'));
	// What was usual when it began is a thousand times slower when the cell has been ended.
	const measured = [0.1];
	const { findings } = await run({ slowness: () => Promise.resolve(measured.pop() ?? 1_000) });
	expect(findings.filter(({ kind }) => kind === 'problem').map(({ what }) => what)).toEqual([
		'This machine was too slow to run the cell “total” to its end.',
		expect.stringContaining('The solution of “share”')
	]);
});

test('a machine on which Python does not start is told of', async () => {
	await write('01-good', lesson);
	const progress = () => ({ done: () => undefined, end: () => undefined });
	await expect(checkLessons({ folder, update: false, runner: '/nowhere', progress })).rejects.toThrow(
		'Python does not start on this machine'
	);
});
