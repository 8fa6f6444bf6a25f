import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CellId, newRunId, type RunId } from '$lib/domain/ids';
import type { FromFrame, FromWorker, ToFrame, ToWorker } from '../protocol';

/** The frame's own code with a page and workers that the test plays; the clock is the test's as well. */
class FakeWorker {
	static readonly all: FakeWorker[] = [];
	port!: MessagePort;
	flag!: Uint8Array;
	isTerminated = false;
	readonly told: ToWorker[] = [];

	constructor() {
		FakeWorker.all.push(this);
	}
	postMessage({ init, port }: { init: Extract<ToWorker, { type: 'init' }>; port: MessagePort }): void {
		this.port = port;
		this.flag = new Uint8Array(init.interrupt ?? new SharedArrayBuffer(1));
		port.onmessage = ({ data }: MessageEvent<ToWorker>) => this.told.push(data);
	}
	terminate(): void {
		this.isTerminated = true;
		this.port.close();
	}
	async say(message: v.InferOutput<typeof FromWorker>): Promise<void> {
		this.port.postMessage(message);
		await arrival();
	}
}

/** Messages travel by the real event loop, whose clock is not the test's. */
const arrival = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const cellId = v.parse(CellId, 'cell');
let page: MessagePort;
let heard: FromFrame[];
const worker = (): FakeWorker => FakeWorker.all.at(-1)!;

async function tell(message: ToFrame): Promise<void> {
	page.postMessage(message);
	await arrival();
}

async function begin(limitMs?: number): Promise<RunId> {
	const id = newRunId();
	await tell({ type: 'run', id, cellId, code: 'x', ...(limitMs === undefined ? {} : { limitMs }) });
	return id;
}

const output = (id: RunId, text: string) =>
	worker().say({ type: 'output', id, parts: [{ kind: 'stdout', text }] });

beforeEach(async () => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
	vi.resetModules();
	FakeWorker.all.length = 0;
	heard = [];
	let greet: (event: unknown) => void = () => undefined;
	const parent = { postMessage: () => undefined };
	vi.stubGlobal('parent', parent);
	vi.stubGlobal('addEventListener', (_type: string, listener: typeof greet) => (greet = listener));
	vi.stubGlobal('Worker', FakeWorker);
	await import('./frame');
	const { port1, port2 } = new MessageChannel();
	page = port1;
	page.onmessage = ({ data }: MessageEvent<FromFrame>) => heard.push(data);
	greet({ source: parent, ports: [port2] });
	const bytes = (...values: number[]) => new Blob([new Uint8Array(values)]);
	await tell({
		type: 'boot',
		assets: {
			worker: '',
			wasm: bytes(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
			stdlib: bytes(),
			archive: bytes(),
			lock: '',
			packages: []
		}
	});
	await vi.waitFor(() => expect(FakeWorker.all).toHaveLength(1));
	await worker().say({ type: 'ready', python: '3', started: 'plain' });
	expect(heard).toMatchObject([{ type: 'ready' }]);
	heard = [];
});

afterEach(() => {
	page.close();
	for (const one of FakeWorker.all) one.port.close();
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

describe('the ladder of a stop', () => {
	test('says so, then interrupts again and again, then ends the interpreter', async () => {
		const id = await begin();
		const first = worker();
		await tell({ type: 'interrupt', id });
		expect(first.told.at(-1)).toEqual({ type: 'cancel', id });
		vi.advanceTimersByTime(49);
		expect(first.flag[0]).toBe(0);
		vi.advanceTimersByTime(1);
		for (let at = 50; at < 350; at += 50) {
			expect(first.flag[0], `after ${at} ms`).toBe(2);
			// The interpreter takes the byte when it hears of it, and loses one now and then.
			first.flag[0] = 0;
			vi.advanceTimersByTime(50);
		}
		vi.advanceTimersByTime(49);
		expect(first.isTerminated).toBe(false);
		vi.advanceTimersByTime(1);
		await arrival();
		expect(first.isTerminated).toBe(true);
		expect(heard).toEqual([{ type: 'lost', why: 'stopped', message: '' }]);
		expect(FakeWorker.all).toHaveLength(2);
	});

	test('leaves one alone that has heard, for half of the time', async () => {
		const id = await begin();
		await tell({ type: 'interrupt', id });
		await worker().say({ type: 'cancelling', id });
		vi.advanceTimersByTime(199);
		expect(worker().flag[0]).toBe(0);
		vi.advanceTimersByTime(1);
		expect(worker().flag[0]).toBe(2);
	});

	test('ends with the run: no byte is left for the next one, and nothing is terminated', async () => {
		const id = await begin();
		await tell({ type: 'interrupt', id });
		vi.advanceTimersByTime(60);
		expect(worker().flag[0]).toBe(2);
		const end = '{"status":"interrupted","durationMs":1,"variables":0}';
		await worker().say({ type: 'run-end', id, end, truncated: 0, files: 0, wear: 'fresh' });
		expect(heard).toMatchObject([{ type: 'run-end', end: { status: 'interrupted' } }]);
		expect(worker().flag[0]).toBe(0);
		await begin();
		vi.advanceTimersByTime(10_000);
		expect([worker().flag[0], worker().isTerminated]).toEqual([0, false]);
	});

	test('begins by itself when the time of a run is up', async () => {
		const id = await begin(500);
		vi.advanceTimersByTime(500);
		await arrival();
		expect(worker().told.at(-1)).toEqual({ type: 'cancel', id });
		vi.advanceTimersByTime(400);
		await arrival();
		expect(heard).toEqual([{ type: 'lost', why: 'timed-out', message: '' }]);
	});
});

describe('output', () => {
	test('of the last line comes with the end, and is not shown where the run was stopped', async () => {
		const last = '{"text/plain":"2"}';
		const end = '{"status":"ok","durationMs":1,"variables":0}';
		for (const isStopped of [false, true]) {
			const id = await begin();
			if (isStopped) await tell({ type: 'interrupt', id });
			await worker().say({ type: 'run-end', id, end, truncated: 0, files: 0, wear: 'fresh', last });
		}
		expect(heard.map((message) => (message.type === 'run-end' ? message.last : message))).toEqual([
			last,
			undefined
		]);
	});

	test('is followed by a nudge to let go of what is held, never by one that could be taken for a stop', async () => {
		const id = await begin();
		await output(id, 'one');
		await output(id, 'two');
		vi.advanceTimersByTime(99);
		expect(worker().flag[0]).toBe(0);
		vi.advanceTimersByTime(1);
		expect(worker().flag[0]).toBe(10);
		worker().flag[0] = 0;
		vi.advanceTimersByTime(1_000);
		expect(worker().flag[0]).toBe(0);
		await output(id, 'three');
		await tell({ type: 'interrupt', id });
		vi.advanceTimersByTime(50);
		expect(worker().flag[0]).toBe(2);
		vi.advanceTimersByTime(100);
		expect(worker().flag[0]).toBe(2);
	});

	test('of a run that is being stopped still comes, but not without end; of one that has ended, none', async () => {
		const id = await begin();
		await tell({ type: 'interrupt', id });
		await output(id, 'before');
		await output(id, 'x'.repeat(60_000));
		await output(id, 'y'.repeat(60_000));
		const end = '{"status":"interrupted","durationMs":1,"variables":0}';
		await worker().say({ type: 'run-end', id, end, truncated: 0, files: 0, wear: 'fresh' });
		await output(id, 'late');
		const texts = heard.flatMap((message) => (message.type === 'output' ? message.parts : []));
		expect(texts.map(({ text }) => text.slice(0, 6))).toEqual(['before', 'xxxxxx']);
	});
});
