import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, test, vi } from 'vitest';
import { checkLessons, checkTexts } from '../../src/cli/lessons/check-lessons';
import { newSeed, sample } from '../table';

// A lesson is run from top to bottom, with every solution and every mistake, and the machine may do much else.
vi.setConfig({ testTimeout: 240_000 });

const lessons = path.resolve('lessons');
const progress = () => ({ done: () => undefined, end: () => undefined });
/** However busy the machine is: seconds are five times as long. */
const slowness = () => Promise.resolve(5);

test('the text of every lesson that we ship is what the checker asks for', async () => {
	const report = await checkTexts({ folder: lessons });
	expect(report.lessons.length).toBeGreaterThanOrEqual(6);
	expect(report.findings).toEqual([]);
});

test('the lessons that we ship do what they say', async () => {
	const seed = newSeed();
	const names = (await readdir(lessons)).toSorted();
	for (const only of sample(names, seed, 2)) {
		const runner = inject('runnerFolder');
		const report = await checkLessons({ folder: lessons, only, update: false, runner, progress, slowness });
		expect(report.lessons, only).toHaveLength(1);
		expect(report.findings, `PROCODER_SEED=${seed}`).toEqual([]);
	}
});

type Fault = { lesson: string; from: string | RegExp; to: string; what: RegExp };

/** Two of them in each lesson, one at a time; each pattern fits many lines, so that the lessons may be written over. */
const rounds: Fault[][] = [
	[
		{ lesson: '01', from: /!\[[^\]]*\]\(/, to: '![](', what: /says nothing to those who cannot see it/ },
		{ lesson: '02', from: /^## /m, to: '#### ', what: /leaves out a level/ },
		{
			lesson: '03',
			from: /\(lesson:[a-z-]+\)/,
			to: '(lesson:decisons)',
			what: /There is no lesson “decisons”/
		},
		{ lesson: '04', from: '#| predict: true', to: '#| predcit: true', what: /no cell option “predcit”/ },
		{ lesson: '05', from: '- [x] ', to: '- [ ] ', what: /quiz .*right/i },
		{ lesson: '06', from: '{.hint ', to: '{.hnit ', what: /There is no block “hnit”/ }
	],
	[
		{
			lesson: '01',
			from: /({\.hint .*)\n/,
			to: '$1\n```python\nx = 1\n```\n',
			what: /first hint of “.*” shows code/
		},
		{ lesson: '02', from: /({\.mistake .*\n)/, to: '$1Obviously: ', what: /says “Obviously”/ },
		{ lesson: '03', from: /^minutes: .*/m, to: 'minutes: 300', what: /minutes in the front matter/ },
		{ lesson: '04', from: /\(lesson:[a-z-]+\)/, to: '(/lessons/lops)', what: /no lesson “lops”/ },
		{ lesson: '05', from: /\]\([a-z-]+\.svg\)/, to: '](twonames.svg)', what: /no picture “twonames.svg”/ },
		{ lesson: '06', from: /^level: .*/m, to: 'level: begginer', what: /begginer/ }
	],
	[
		{
			lesson: '02',
			from: /({\.solution[^]*?\n {4}price = )2\n/,
			to: '$1(2 if True else 3)\n',
			what: /solution of “.*” uses what nothing above it has shown/
		}
	]
];

/** What its text says of its code: only running it can tell. */
const untrue: Fault[] = [
	{
		lesson: '01',
		from: /(```output\n1 h )\d+ min/,
		to: '$136 min',
		what: /output is not what a cell or a solution shows/
	},
	{
		lesson: '01',
		from: /(\| `total = wait \+ 20` \| +5 \| +)25 /,
		to: '$130 ',
		what: /After `total = wait \+ 20` the name `total` holds something else/
	},
	{
		lesson: '01',
		from: /(`days % 7` gives )\d/,
		to: '$14',
		what: /message of the mistake “.*” says something else than what its sample does/
	}
];

test('finds what a lesson says of its code and is not so', async () => {
	const home = await mkdtemp(path.join(tmpdir(), 'procoder-untrue-'));
	try {
		await cp(lessons, home, { recursive: true });
		const only = (await readdir(lessons)).find((one) => one.startsWith('01')) ?? '';
		const file = path.join(home, only, 'index.md');
		let text = await readFile(file, 'utf8');
		for (const { from, to } of untrue) {
			const spoiled = text.replace(from, to);
			expect(spoiled).not.toBe(text);
			text = spoiled;
		}
		await writeFile(file, text);
		const runner = inject('runnerFolder');
		const report = await checkLessons({ folder: home, only, update: false, runner, progress, slowness });
		expect(report.findings.map(({ what }) => what)).toEqual(
			untrue.map(({ what }) => expect.stringMatching(what) as string)
		);
	} finally {
		await rm(home, { recursive: true, force: true });
	}
});

test('finds each fault that is put into a copy of the lessons that we ship, and nothing else', async () => {
	const home = await mkdtemp(path.join(tmpdir(), 'procoder-shipped-'));
	try {
		const names = await readdir(lessons);
		for (const [index, faults] of rounds.entries()) {
			const folder = path.join(home, String(index));
			await cp(lessons, folder, { recursive: true });
			for (const { lesson, from, to } of faults) {
				const name = names.find((one) => one.startsWith(lesson)) ?? '';
				const file = path.join(folder, name, 'index.md');
				const text = await readFile(file, 'utf8');
				const spoiled = text.replace(from, to);
				expect(spoiled, name).not.toBe(text);
				await writeFile(file, spoiled);
			}
			const { findings } = await checkTexts({ folder });
			expect(findings.map(({ path: place, what }) => `${place.slice(0, 2)} ${what}`)).toEqual(
				faults.map(
					({ lesson, what }) => expect.stringMatching(new RegExp(`^${lesson} .*${what.source}`)) as string
				)
			);
		}
	} finally {
		await rm(home, { recursive: true, force: true });
	}
});
