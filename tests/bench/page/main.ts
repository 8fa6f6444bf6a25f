import * as v from 'valibot';
import stdlibAddress from 'pyodide/python_stdlib.zip?url';
import wasmAddress from 'pyodide/pyodide.asm.wasm?url';
import plainAddress from 'virtual:procoder-bench/plain';
import { lock } from 'virtual:procoder-runner/worker';
import { newRunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import { fetchAssets } from '$lib/runner/page/assets';
import { startRunners, type RunnerPair } from '$lib/runner/page/start';
import { terminateAfterMs, type RunEnd, type RunnerAssets } from '$lib/runner/protocol';
import { openBare, type Bare } from './bare';
import { cellId } from './cell';
import { openEditor } from './editor';
import { Seat } from './seat';

/** `runner` is what we ship, `plain` Pyodide without it. */
export type Kind = 'runner' | 'plain';
/** Where a trivial cell runs: at the desk; in a frame with plain Pyodide; in a worker of the page with plain Pyodide. */
export type Trip = 'desk' | 'frame' | 'bare';

const never = new AbortController().signal;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const trivial = '1 + 1';
const stuck = 'sum(range(10**12))';
/** By then the loop in C has long been reached. */
const stuckForMs = 300;

async function fetchPart(address: string): Promise<Response> {
	const response = await fetch(address);
	if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
	return response;
}

async function plainAssets(): Promise<RunnerAssets> {
	const [worker, wasm, stdlib] = await Promise.all([
		fetchPart(plainAddress).then(async (response) => v.parse(v.string(), await response.json())),
		fetchPart(wasmAddress).then((response) => response.blob()),
		fetchPart(stdlibAddress).then((response) => response.blob())
	]);
	return { worker, wasm, stdlib, archive: new Blob(), lock, packages: [] };
}

const fetched = new Map<Kind, Promise<RunnerAssets>>();

/** A set of assets to be handed over; fetched once. */
async function assetsOf(kind: Kind): Promise<RunnerAssets> {
	const fetching =
		fetched.get(kind) ?? (kind === 'plain' ? plainAssets() : fetchAssets('usual', () => undefined, never));
	fetched.set(kind, fetching);
	return fetching;
}

/** Row "boot": a frame that has said hello, assets in the page → ready; then the same frame with another interpreter. */
async function boot(kind: Kind): Promise<{ bootMs: number; restartMs: number }> {
	const assets = await assetsOf(kind);
	const seat = await Seat.open(`Python, ${kind}`);
	// What opening the frame left to do is not what is measured.
	await pause(150);
	const bootMs = await seat.boot(assets);
	await pause(150);
	const restartMs = await seat.restart();
	seat.close();
	await pause(300);
	return { bootMs, restartMs };
}

/** Row "first": from the start of the navigation to the result of a first cell, milliseconds. */
async function firstResult(kind: Kind): Promise<number> {
	if (kind === 'plain') {
		const [assets, seat] = await Promise.all([plainAssets(), Seat.open('Python')]);
		await seat.boot(assets);
		return seat.run(trivial);
	}
	await desk(openPair(), trivial);
	return performance.now();
}

function openPair(): RunnerPair {
	const listener = { state: () => undefined, restarted: () => undefined };
	return startRunners({
		titles: { desk: 'desk', bench: 'bench', spare: 'spare' },
		desk: listener,
		bench: listener,
		files: () => Promise.resolve([])
	});
}

/** Runs a cell at the desk; rejects where it does not end well. */
async function desk(pair: RunnerPair, code: string): Promise<OutputPart[]> {
	const parts: OutputPart[] = [];
	const on = { started: () => undefined, output: (part: OutputPart) => parts.push(part) };
	const end = await pair.desk.run({ id: newRunId(), cellId, code }, on, never);
	if (end.status !== 'ok') throw new Error(`A cell ended as ${end.status}: ${end.error?.message ?? ''}`);
	return parts;
}

let pair: RunnerPair | undefined;
let plainSeat: Seat | undefined;
let bare: Bare | undefined;

/** The interpreters that the other rows use, all of them ready. */
async function open(kinds: Trip[]): Promise<void> {
	if (kinds.includes('desk') && pair === undefined) {
		pair = openPair();
		await ready(pair);
	}
	if (kinds.includes('frame') && plainSeat === undefined) {
		plainSeat = await Seat.open('Python, plain');
		await plainSeat.boot(await assetsOf('plain'));
	}
	if (kinds.includes('bare') && bare === undefined) bare = await openBare(await assetsOf('plain'));
}

const opened = <Thing>(thing: Thing | undefined): Thing => {
	if (thing === undefined) throw new Error('It was not opened.');
	return thing;
};

/** Waits until desk and bench are both there. */
async function ready(two: RunnerPair): Promise<void> {
	const begun = performance.now();
	for (;;) {
		const states = [two.desk.interpreter.state, two.bench.interpreter.state];
		const failed = states.find((state) => state.kind === 'failed');
		if (failed !== undefined) throw new Error(`An interpreter failed: ${failed.message}`);
		if (states.every((state) => state.kind === 'ready')) return;
		if (performance.now() - begun > 60_000)
			throw new Error(`Not ready: ${states.map(({ kind }) => kind).join(', ')}.`);
		await pause(20);
	}
}

/**
 * Row "kill": a cell that only ending its interpreter stops → the next cell's result. `nextMs` counts from when the ladder ends the
 * interpreter (Stop and 400 ms), so that a timer that comes late counts against us; `lostMs` from when the page hears of it.
 */
async function kill(kind: Kind): Promise<{ nextMs: number; lostMs: number }> {
	return kind === 'runner' ? killAtDesk(opened(pair)) : killPlain(opened(plainSeat));
}

async function killAtDesk(two: RunnerPair): Promise<{ nextMs: number; lostMs: number }> {
	await ready(two);
	const stop = new AbortController();
	let run: Promise<RunEnd> | undefined;
	await new Promise<void>((resolve) => {
		const on = { started: resolve, output: () => undefined };
		run = two.desk.run({ id: newRunId(), cellId, code: stuck }, on, stop.signal);
	});
	await pause(stuckForMs);
	const stopped = performance.now();
	stop.abort();
	const end = await opened(run);
	const lost = performance.now();
	if (end.status !== 'interrupted') throw new Error(`The stuck cell ended as ${end.status}.`);
	await desk(two, trivial);
	const done = performance.now();
	return { nextMs: done - stopped - terminateAfterMs, lostMs: done - lost };
}

async function killPlain(seat: Seat): Promise<{ nextMs: number; lostMs: number }> {
	const id = seat.begin(stuck);
	await pause(stuckForMs);
	const [losing, restarting] = [seat.next('lost'), seat.next('ready')];
	const stopped = performance.now();
	seat.send({ type: 'interrupt', id });
	const lost = await losing;
	await restarting;
	const done = await seat.run(trivial);
	return { nextMs: done - stopped - terminateAfterMs, lostMs: done - lost };
}

/** Row "trip": milliseconds of each of `count` trivial cells, one after the other. */
async function trips(kind: Trip, count: number): Promise<number[]> {
	const times: number[] = [];
	for (let index = 0; index < count; index++) {
		const begun = performance.now();
		if (kind === 'desk') await desk(opened(pair), trivial);
		else if (kind === 'frame') await opened(plainSeat).run(trivial);
		else await opened(bare).run(trivial);
		times.push(performance.now() - begun);
	}
	return times;
}

const everyday = [
	'total = sum(number * number for number in range(2_000))\ntotal',
	'words = "to be or not to be".split()\nprint({word: words.count(word) for word in words})',
	'def area(width, height):\n    return width * height\n\n[area(side, side + 1) for side in range(50)]',
	'for line in range(200):\n    print(line, "x" * 40)',
	'table = [[row * column for column in range(40)] for row in range(40)]\nlen(str(table))'
];
const explained = { code: 'def twice(n):\n    return n * 2\n\ntwice(4)', context: [], stdin: [] };
/** Every so often the bench works, too. */
const benchEvery = 10;

/** Row "memory": that many everyday runs at the desk; the bench explains a function for every tenth. */
async function runMany(count: number): Promise<void> {
	const two = opened(pair);
	for (let index = 0; index < count; index++) {
		await desk(two, everyday[index % everyday.length] ?? trivial);
		if (index % benchEvery !== 0) continue;
		const answer = await two.bench.call('explain', explained, 20_000, never);
		if (!answer.ok) throw new Error(`The bench did not explain: ${answer.why} ${answer.message}`);
	}
}

/** Bytes that came over the network since the navigation, headers too. */
function networkBytes(): number {
	const entries = [
		...performance.getEntriesByType('navigation'),
		...performance.getEntriesByType('resource')
	] as PerformanceResourceTiming[];
	return entries.reduce((sum, entry) => sum + entry.transferSize, 0);
}

const first = new URLSearchParams(location.search).get('first');
const api = {
	first: first === 'runner' || first === 'plain' ? firstResult(first) : undefined,
	boot,
	open,
	openEditor,
	kill,
	trips,
	runMany,
	networkBytes
};
// Whoever asks gets the rejection as well; it must not count as unhandled meanwhile.
api.first?.catch(() => undefined);

export type BenchPage = typeof api;
declare global {
	interface Window {
		bench: BenchPage;
	}
}
window.bench = api;
