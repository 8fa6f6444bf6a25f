import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { CellId, newRunId } from '$lib/domain/ids';
import type { CellSpec } from '$lib/domain/lesson';
import type { RunNames, RunResult, RunStatus } from '$lib/domain/run';
import { RunningOrder, type Restart } from './running-order.svelte';

type Cell = {
	readonly id: CellId;
	readonly spec: CellSpec;
	memory: 'earlier' | 'here' | 'gone';
	isRunning: boolean;
	isDone: boolean;
	lastRun: { code: string; result: RunResult } | undefined;
};
type Entry = { cell: Cell };

function entry(
	name: string,
	memory: Cell['memory'] = 'earlier',
	role: 'example' | 'setup' = 'example'
): Entry {
	const id = v.parse(CellId, name);
	const spec: CellSpec =
		role === 'setup' ? { role, id, starter: '', exercises: [] } : { role, id, starter: '' };
	return { cell: { id, spec, memory, isRunning: false, isDone: false, lastRun: undefined } };
}
const result = (status: RunStatus): RunResult => ({
	runId: newRunId(),
	status,
	outputs: [],
	checks: [],
	durationMs: 1,
	truncated: 0
});
const order = (): RunningOrder<Cell, Entry> => new RunningOrder<Cell, Entry>();
function note(
	into: RunningOrder<Cell, Entry>,
	{ cell }: Entry,
	code: string,
	names: Partial<RunNames> = {},
	status: RunStatus = 'ok'
): void {
	const read = { reads: [], writes: [], varies: false, ...names };
	into.note({ cell, code, result: result(status), before: undefined, names: read });
}
const namesOf = (entries: readonly Entry[] | undefined): string[] | undefined =>
	entries?.map(({ cell }) => cell.id);

describe('what Python knows beside a cell', () => {
	it('is what ran to its end, each cell once, in the order of its last run, without the cell itself', () => {
		const cells = ['a', 'b', 'c', 'd'].map((name) => entry(name));
		const runs = fc.array(
			fc.record({
				at: fc.nat(cells.length - 1),
				status: fc.constantFrom<RunStatus>('ok', 'error', 'interrupted', 'timeout', 'crashed')
			}),
			{ maxLength: 30 }
		);
		fc.assert(
			fc.property(runs, fc.nat(cells.length - 1), (all, asked) => {
				const made = order();
				for (const [step, { at, status }] of all.entries())
					note(made, cells[at]!, `code ${step}`, {}, status);
				const ended = all.flatMap(({ at, status }, step) =>
					status === 'ok' || status === 'error' ? [{ at, step }] : []
				);
				const last = ended.filter(({ at }, place) => ended.findLastIndex((run) => run.at === at) === place);
				expect(made.ranBefore(cells[asked]!.cell)).toEqual(
					last
						.filter(({ at }) => at !== asked)
						.map(({ at, step }) => ({ cellId: cells[at]!.cell.id, code: `code ${step}` }))
				);
			})
		);
	});

	it('is nothing in a new Python, which is another life', () => {
		const made = order();
		const [a, b] = [entry('a', 'here'), entry('b')];
		note(made, a, 'x = 1');
		const { life } = made;
		made.forget('asked', false, [a, b]);
		expect(made.ranBefore(b.cell)).toEqual([]);
		expect(made.life).not.toBe(life);
	});
});

describe('what is stale', () => {
	it('is a cell that used what another one has made anew, until Python is a new one', () => {
		const made = order();
		const [a, b] = [entry('a', 'here'), entry('b', 'here')];
		const codes = new Map([
			[a.cell.id, 'x = 2'],
			[b.cell.id, 'x']
		]);
		note(made, a, 'x = 1', { writes: ['x'] });
		note(made, b, 'x', { reads: ['x'] });
		note(made, a, 'x = 2', { writes: ['x'] });
		expect(made.stale(codes).get(b.cell.id)).toEqual({ cell: a.cell.id, name: 'x', kind: 'changed' });
		made.forget('crashed', false, [a, b]);
		expect(made.stale(codes).size).toBe(0);
	});

	it('is nothing after a run that gave the same as the one before', () => {
		const made = order();
		const [a, b] = [entry('a', 'here'), entry('b', 'here')];
		const names = { reads: [], writes: ['x'], varies: false };
		const before = { code: 'x = 1', result: result('ok') };
		const ended = { cell: a.cell, code: 'x = 1', result: result('ok'), names };
		made.note({ ...ended, before: undefined });
		note(made, b, 'x', { reads: ['x'] });
		made.note({ ...ended, before });
		const codes = new Map([
			[a.cell.id, 'x = 1'],
			[b.cell.id, 'x']
		]);
		expect(made.stale(codes).size).toBe(0);
		made.note({ ...ended, before: { ...before, result: result('error') } });
		expect(made.stale(codes).get(b.cell.id)?.kind).toBe('changed');
	});
});

describe('what a new Python costs', () => {
	it('is what every cell had made; run again are those above the cell that ran', () => {
		const made = order();
		const entries = [entry('a', 'here'), entry('b', 'earlier'), entry('c', 'here'), entry('d', 'here')];
		entries[2]!.cell.isRunning = true;
		made.forget('crashed', true, entries);
		expect(namesOf(made.restart?.lost)).toEqual(['a', 'c', 'd']);
		expect(namesOf(made.restart?.again)).toEqual(['a']);
		expect(made.restart).toMatchObject({ why: 'crashed', isAbove: true, hadFiles: true });
		expect(entries.map(({ cell }) => cell.memory)).toEqual(['gone', 'earlier', 'gone', 'gone']);
	});

	it('is run again as a whole where no cell ran, or where long use wore Python out under one', () => {
		for (const why of ['asked', 'worn'] as const satisfies Restart<Entry>['why'][]) {
			const made = order();
			const entries = [entry('a', 'here'), entry('b', 'earlier')];
			entries[1]!.cell.isRunning = why === 'worn';
			made.forget(why, false, entries);
			const lost = why === 'worn' ? ['a', 'b'] : ['a'];
			expect(namesOf(made.restart?.lost)).toEqual(lost);
			expect(namesOf(made.restart?.again)).toEqual(lost);
			expect(made.restart).toMatchObject({ isAbove: false, hadFiles: false });
		}
	});

	it('keeps what an earlier loss took and nobody has run since, and does not speak of cells that nobody sees', () => {
		const made = order();
		const [setup, a, b] = [entry('setup', 'here', 'setup'), entry('a', 'here'), entry('b', 'here')];
		const entries = [setup, a, b];
		made.forget('asked', true, entries);
		expect(namesOf(made.restart?.lost)).toEqual(['a', 'b']);
		expect(setup.cell.memory).toBe('gone');
		b.cell.memory = 'here';
		made.forget('asked', false, entries);
		expect(namesOf(made.restart?.lost)).toEqual(['a', 'b']);
		expect(made.restart?.hadFiles).toBe(true);
		a.cell.memory = 'here';
		// The notice was closed.
		Object.assign(made, { restart: undefined });
		made.forget('asked', false, entries);
		expect(namesOf(made.restart?.lost)).toEqual(['a']);
	});
});

describe('a series', () => {
	const ends =
		(status: RunStatus, seen: string[] = []) =>
		({ cell }: Entry): Promise<void> => {
			seen.push(cell.id);
			cell.lastRun = { code: '', result: result(status) };
			return Promise.resolve();
		};

	it('runs one cell after the other and says how far it is', async () => {
		const made = order();
		const said: unknown[] = [];
		const isDone = await made.runSeries('all', [entry('a'), entry('b')], ['ok'], (each) => {
			said.push(made.series);
			return ends('ok')(each);
		});
		expect(isDone).toBe(true);
		expect(said).toEqual([
			{ kind: 'all', done: 0, all: 2 },
			{ kind: 'all', done: 1, all: 2 }
		]);
		expect(made.series).toBeUndefined();
	});

	it('ends with a cell that does not end well, unless that is what the cell is there for', async () => {
		const made = order();
		const seen: string[] = [];
		const meant = entry('a');
		meant.cell.isDone = true;
		const entries = [meant, entry('b'), entry('c')];
		expect(await made.runSeries('all', entries, ['ok'], ends('error', seen))).toBe(false);
		expect(seen).toEqual(['a', 'b']);
		expect(await made.runSeries('again', entries, ['ok', 'error'], ends('error'))).toBe(true);
	});

	it('ends where it is stopped; a second one does not begin meanwhile, and the next one is not stopped', async () => {
		const made = order();
		const seen: string[] = [];
		const entries = [entry('a'), entry('b')];
		const isDone = await made.runSeries('all', entries, ['ok'], async (each) => {
			expect(await made.runSeries('again', entries, ['ok'], ends('ok', seen))).toBe(false);
			made.stopSeries();
			await ends('ok', seen)(each);
		});
		expect(isDone).toBe(false);
		expect(seen).toEqual(['a']);
		expect(await made.runSeries('all', entries, ['ok'], ends('ok'))).toBe(true);
	});

	it('is over when a run breaks', async () => {
		const made = order();
		const broken = made.runSeries('all', [entry('a')], ['ok'], () => Promise.reject(new Error('broken')));
		await expect(broken).rejects.toThrow('broken');
		expect(made.series).toBeUndefined();
	});
});
