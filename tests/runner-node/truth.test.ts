import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { Claim } from '$lib/domain/claim';
import { isRefuted } from '$lib/domain/verdict';
import { corpusOf, type Entry } from '../../src/cli/truth/corpus';
import { measureTruth, type TruthOptions } from '../../src/cli/truth/measure-truth';
import { providers } from '../../src/cli/truth/providers';
import { ReportRow } from '../../src/cli/truth/row';
import { findPlainPython } from '../../src/cli/truth/second-way';
import { isLong, newSeed, sample } from '../table';

// A few seconds for each program on a machine that has other work too.
vi.setConfig({ testTimeout: isLong ? 3_600_000 : 240_000 });

const corpus = path.resolve(import.meta.dirname, '../corpus/programs');
const seed = newSeed();
const badRow = '{"id":"bad","code":7}';

let home: string;
let programs: string[];
beforeAll(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'procoder-truth-'));
	const entries: Entry[] = [];
	for await (const entry of corpusOf(corpus)) entries.push(entry);
	const rows = entries.flatMap((entry) => (entry.ok ? [JSON.stringify(entry.row)] : []));
	expect(rows.length).toBe(entries.length);
	programs = [...sample(rows, seed, 12)];
	programs.splice(4, 0, badRow, 'no JSON');
});
afterAll(() => rm(home, { recursive: true, force: true }));

type Progress = ReturnType<TruthOptions['progress']>;

function run(file: string, jobs: number, done: Progress['done'], signal: AbortSignal) {
	const provider = providers.get('built-in');
	if (provider === undefined) throw new Error('the built-in explainer is gone');
	return measureTruth({
		corpus: file,
		out: `${file}.report`,
		provider,
		jobs,
		limit: Infinity,
		secondWay: true,
		runner: inject('runnerFolder'),
		progress: () => ({ done, skipped: () => undefined, end: () => undefined }),
		signal
	});
}

const read = async (file: string): Promise<ReportRow[]> =>
	(await readFile(`${file}.report`, 'utf8'))
		.trimEnd()
		.split('\n')
		.map((line) => v.parse(ReportRow, JSON.parse(line)));

test(`nothing in an explanation is false, and a report can be gone on with (PROCODER_SEED=${seed})`, async () => {
	// A folder of its own for each try: what an earlier one left would be gone on with.
	const file = path.join(await mkdtemp(path.join(home, 'run-')), 'programs.jsonl');
	await writeFile(file, programs.join('\n'));
	const stop = new AbortController();
	let rows = 0;
	// One job: with more, all that waits for a slow first program is handed on with it, and is kept.
	await run(file, 1, () => ++rows === 6 && stop.abort(), stop.signal);
	const begun = await read(file);
	expect(begun.length).toBe(6);
	// What a process that is killed leaves behind.
	const text = await readFile(`${file}.report`, 'utf8');
	await appendFile(`${file}.report`, text.slice(0, text.indexOf('\n') / 2));
	rows = 0;
	const summary = await run(file, 2, () => (rows += 1), new AbortController().signal);
	const all = await read(file);
	// Nothing is done twice, and nothing is left out.
	expect(rows).toBe(programs.length - begun.length);
	expect(all.slice(0, begun.length)).toEqual(begun);
	expect(all.map(({ id }) => id)).toEqual(
		programs.map((line) =>
			line === 'no JSON' ? 'line-6' : v.parse(v.object({ id: v.string() }), JSON.parse(line)).id
		)
	);
	expect(all.filter(({ status }) => status === 'error')).toMatchObject([
		{ id: 'bad', error: expect.stringContaining('code') as string },
		{ id: 'line-6', error: expect.stringContaining('no JSON') as string }
	]);
	const told = (wanted: (row: ReportRow) => boolean): string[] => all.filter(wanted).map(({ id }) => id);
	expect(told(({ verdicts }) => verdicts.some(({ outcome }) => isRefuted(outcome)))).toEqual([]);
	expect(told(({ secondWay }) => (secondWay?.differed.length ?? 0) > 0)).toEqual([]);
	expect(
		told(({ valuesOutsideSlots, unknownNames }) => valuesOutsideSlots + unknownNames.length > 0)
	).toEqual([]);
	expect(summary).toMatchObject({
		programs: programs.length,
		errors: 2,
		claims: { refuted: 0, shownFalse: 0 },
		fourSections: 1
	});
	expect(summary.claims.confirmed).toBeGreaterThan(0);
	const { agreed, untried, pythons } = summary.secondWay;
	expect(agreed + untried).toBe(pythons.length === 0 ? 0 : summary.claims.confirmed);
});

const python = await findPlainPython('3.14.2');

test.skipIf(python === undefined)('the second way tells true claims from false ones', async () => {
	const code = [
		'def gather(numbers):',
		'    total = 0',
		'    for n in numbers:',
		'        total += n',
		'    return total',
		'def most(numbers):',
		'    return max(n for n in numbers)',
		'def later():',
		'    yield 1.5',
		'    yield {"a": (1,)}',
		'name = input("Name? ")',
		'print("Hi", name)'
	].join('\n');
	const call = { call: 'gather([3, 4])' };
	const pairs: [truth: object, lie: object][] = [
		[{ kind: 'returns', probe: call, expect: '7' }, { expect: '7.0' }],
		[{ kind: 'value', probe: call, line: 4, name: 'total', visit: 1, expect: '3' }, { visit: 2 }],
		[{ kind: 'value', probe: call, line: 4, name: 'total', expect: '7' }, { expect: '3' }],
		[{ kind: 'count', probe: call, line: 3, expect: 2 }, { expect: 3 }],
		[{ kind: 'count', probe: call, line: 4, expect: 2 }, { expect: 1 }],
		[{ kind: 'count', probe: { call: 'most([1, 2, 3])' }, line: 7, expect: 3 }, { expect: 1 }],
		[{ kind: 'executed', probe: call, line: 5, expect: true }, { line: 7 }],
		[
			{ kind: 'raises', probe: { call: 'most([])' }, expect: { type: 'ValueError' } },
			{ expect: { type: 'KeyError' } }
		],
		[
			{ kind: 'returns', probe: { call: 'first(5, later())' }, expect: "[1.5, {'a': (1,)}]" },
			{ expect: '[1.5]' }
		],
		[{ kind: 'returns', probe: { setup: ['g = later()'], call: 'next(g)' }, expect: '1.5' }, { expect: '1' }],
		[{ kind: 'prints', probe: { stdin: ['Bo'] }, expect: 'Name? Hi Bo\n' }, { expect: 'Hi Bo\n' }]
	];
	const claims = pairs.flatMap(([truth, lie], at) => [
		v.parse(Claim, { id: `t${at}`, ...truth }),
		v.parse(Claim, { id: `f${at}`, ...truth, ...lie })
	]);
	const said = await python?.judge(code, claims);
	expect(said?.untried).toEqual([]);
	expect(said?.differed.map(({ claimId }) => claimId)).toEqual(pairs.map((_, at) => `f${at}`));
	expect(said?.agreed).toBe(pairs.length);
});

test.skipIf(python === undefined)(
	'the second way keeps programs from the machine, and ends them',
	async () => {
		const file = path.join(home, 'kept.txt');
		await writeFile(file, 'still here');
		const prints = [v.parse(Claim, { id: 'e1', kind: 'prints', probe: {}, expect: 'x\n' })];
		const reaching = [
			`import os\nos.remove(${JSON.stringify(file)})\nprint("x")`,
			`open(${JSON.stringify(file)}, "w").write("gone")\nprint("x")`,
			`import os\nos.close(os.open(${JSON.stringify(file)}, os.O_WRONLY | os.O_TRUNC))\nprint("x")`,
			'import subprocess\nsubprocess.run(["true"])\nprint("x")',
			'import socket\nsocket.socket()\nprint("x")',
			'while True:\n    pass',
			'x = [0] * (1 << 40)\nprint("x")',
			'import os\nos.kill(os.getppid(), 9)\nprint("x")'
		];
		if (python === undefined) throw new Error('there is no Python');
		const answers = await Promise.all(reaching.map((code) => python.judge(code, prints)));
		expect(answers.map(({ agreed }) => agreed)).toEqual(reaching.map(() => 0));
		expect([existsSync(file), await readFile(file, 'utf8')]).toEqual([true, 'still here']);
		// None of them took the whole process along: each gave an answer of its own.
		expect(answers.flatMap(({ untried }) => untried.map(({ why }) => why))).not.toContain(
			'it gave no answer'
		);
	}
);
