import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CellId, newRunId, type RunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import { FromFrame, ToFrame, type CallId, type CallResult, type RunEnd } from '../protocol';
import type { RunnerClient } from './client';
import { wheelDeadlineMs, type FramePort, type RunnerState } from './interpreter';
import { RunnerPair, restAfterMs, spareRestAfterMs, type FrameName, type RestartWhy } from './pair';

const cellId = v.parse(CellId, 'cell');
const end: RunEnd = { status: 'ok', durationMs: 1, truncated: 0 };
const ready = { type: 'ready', python: 'Python 3.14.2', interruptible: true, started: 'snapshot' };
/** Property tests take their time on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const noSignal = new AbortController().signal;

/** A frame that does what the test says; everything sent to it must fit the protocol. */
class FakeFrame implements FramePort {
	readonly sent: ToFrame[] = [];
	readonly answered = new Set<string>();
	isOpen = true;
	say: (message: unknown) => void = () => undefined;

	/** A frame whose process is gone answers nothing. */
	isDead = false;

	post(message: ToFrame): void {
		if (this.isDead) return;
		const told = v.parse(ToFrame, message);
		if (told.type === 'ping') return this.say({ type: 'pong' });
		this.sent.push(told);
	}
	listen(hear: (message: unknown) => void): void {
		this.say = hear;
	}
	close(): void {
		this.isOpen = false;
	}

	/** Jobs that it has, and has not answered. */
	get inFlight(): Extract<ToFrame, { type: 'run' | 'call' }>[] {
		return this.sent.filter(
			(message) => (message.type === 'run' || message.type === 'call') && !this.answered.has(message.id)
		) as Extract<ToFrame, { type: 'run' | 'call' }>[];
	}

	answer(more: { variables?: number; files?: number; wear?: string; status?: RunEnd['status'] } = {}): void {
		const [job] = this.inFlight;
		if (job === undefined) return;
		this.answered.add(job.id);
		const { variables = 0, files = 0, wear = 'fresh', status = 'ok' } = more;
		if (job.type === 'run')
			this.say({ type: 'run-end', id: job.id, end: { ...end, status }, variables, files, wear });
		else this.say({ type: 'reply', id: job.id, result: '{"ok":true,"result":1}', wear });
	}

	/** The interpreter is gone; a new one has begun. */
	lose(why: string, message = ''): void {
		for (const job of this.inFlight) this.answered.add(job.id);
		this.say({ type: 'lost', why, message });
	}
}

function fakeHouse(
	wheel: (file: string) => Promise<ArrayBuffer> = () => Promise.resolve(new ArrayBuffer(1))
) {
	const frames: { name: FrameName; frame: FakeFrame }[] = [];
	const states: RunnerState[] = [];
	const restarts: RestartWhy[] = [];
	/** Whether files were gone, with each restart. */
	const losses: boolean[] = [];
	const one = new Blob(['1']);
	const assets = () => ({
		worker: '',
		wasm: one,
		stdlib: one,
		archive: one,
		lock: '',
		packages: []
	});
	const pair = new RunnerPair(
		{
			open(name) {
				const frame = new FakeFrame();
				frames.push({ name, frame });
				return frame;
			},
			assets: () => Promise.resolve(assets()),
			wheel,
			files: () => Promise.resolve([]),
			close: () => undefined
		},
		{
			desk: {
				state: (state) => states.push(state),
				restarted(why, hadFiles) {
					restarts.push(why);
					losses.push(hadFiles);
				}
			},
			bench: { state: () => undefined, restarted: () => undefined }
		}
	);
	const frame = (name: FrameName): FakeFrame => {
		const found = frames.findLast((one) => one.name === name)?.frame;
		if (found === undefined) throw new Error(`No frame ${name} was opened.`);
		return found;
	};
	return { pair, frames, frame, states, restarts, losses };
}

type Trial = {
	id: RunId | undefined;
	stop: AbortController;
	ended: (RunEnd | CallResult)[];
	outputs: OutputPart[];
};

function submit(client: RunnerClient, kind: 'run' | 'call'): Trial {
	const job: Trial = { id: undefined, stop: new AbortController(), ended: [], outputs: [] };
	if (kind === 'run') {
		const id = newRunId();
		job.id = id;
		void client
			.run(
				{ id, cellId, code: 'x' },
				{ started: () => undefined, output: (part) => job.outputs.push(part) },
				job.stop.signal
			)
			.then((result) => job.ended.push(result));
	} else {
		void client.call('verify', {}, 1_000, job.stop.signal).then((result) => job.ended.push(result));
	}
	return job;
}

/** What may happen to either frame, in any order, while the page asks and stops. */
const step = fc.record({
	at: fc.constantFrom('desk' as const, 'bench' as const),
	what: fc.oneof(
		{ weight: 5, arbitrary: fc.constantFrom('run' as const, 'call' as const) },
		{ weight: 6, arbitrary: fc.constantFrom('answer' as const, 'output' as const, 'ready' as const) },
		{ weight: 3, arbitrary: fc.constantFrom('stop' as const, 'lost' as const, 'worn' as const) },
		{
			weight: 2,
			arbitrary: fc.constantFrom('forged-end' as const, 'forged-output' as const, 'junk' as const)
		},
		{ weight: 1, arbitrary: fc.constantFrom('failed' as const, 'restart' as const, 'asks' as const) }
	)
});

test('whatever frames say: one job at a time each, runs in order, each job settled exactly once', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.anything(), async (steps, junk) => {
			const { pair, frame } = fakeHouse();
			const jobs: Trial[] = [];
			const ran: string[] = [];
			const both = [frame('desk'), frame('bench')];
			for (const one of both) one.say(ready);
			for (const { at, what } of steps) {
				const here = frame(at);
				const [open] = here.inFlight;
				if (what === 'run') jobs.push(submit(pair.desk, 'run'));
				if (what === 'call') jobs.push(submit(pair[at], 'call'));
				if (what === 'answer') here.answer();
				if (what === 'worn') here.answer({ variables: 2, wear: 'memory' });
				if (what === 'output' && open?.type === 'run')
					here.say({ type: 'output', id: open.id, parts: [{ kind: 'stdout', text: open.id }] });
				if (what === 'asks' && open?.type === 'run')
					here.say({ type: 'input-wanted', id: open.id, prompt: '?', secret: false });
				if (what === 'stop') jobs.at(-1)?.stop.abort();
				if (what === 'lost') here.lose('crashed');
				if (what === 'ready') here.say(ready);
				if (what === 'failed') here.say({ type: 'boot-failed', message: 'no' });
				if (what === 'restart') pair.desk.restart();
				if (what === 'forged-end')
					here.say({ type: 'run-end', id: newRunId(), end, variables: 0, files: 0, wear: 'fresh' });
				if (what === 'forged-output')
					here.say({ type: 'output', id: newRunId(), parts: [{ kind: 'stdout', text: 'forged' }] });
				if (what === 'junk') here.say(junk);
				// A real frame answers a restart, and has lost what it was doing.
				for (const one of both) {
					if (one.sent.at(-1)?.type === 'restart' && one.isOpen) one.lose('stopped');
				}
				await Promise.resolve();
				for (const one of both) {
					expect(one.inFlight.length).toBeLessThanOrEqual(1);
					for (const job of one.inFlight) if (job.type === 'run' && !ran.includes(job.id)) ran.push(job.id);
				}
			}
			pair.dispose();
			await new Promise((resolve) => setTimeout(resolve));
			for (const job of jobs) {
				expect(job.ended).toHaveLength(1);
				for (const part of job.outputs) expect(part).toEqual({ kind: 'stdout', text: job.id });
			}
			// Runs reach an interpreter in the order in which they were asked for.
			const asked = jobs.flatMap((job) => (job.id === undefined ? [] : [job.id as string]));
			expect(ran).toEqual(asked.filter((id) => ran.includes(id)));
		}),
		{ numRuns: process.env['PROCODER_LONG'] ? 5_000 : 300 }
	);
});

test('when the desk is lost the bench takes its place, and what the bench was doing is done again', async () => {
	const { pair, frame, restarts, states } = fakeHouse();
	const [first, second] = [frame('desk'), frame('bench')];
	first.say(ready);
	second.say(ready);
	const stuck = submit(pair.desk, 'run');
	const call = submit(pair.bench, 'call');
	const next = submit(pair.desk, 'run');
	first.lose('stopped');
	await vi.waitFor(() => expect(stuck.ended).toHaveLength(1));
	expect(stuck.ended[0]).toMatchObject({ status: 'interrupted' });
	expect(restarts).toEqual(['stopped']);
	expect(states.at(-1)?.kind).toBe('ready');
	// The verdict in flight is given up, not lost: first the student's own cell runs.
	expect(second.sent.at(-1)).toMatchObject({ type: 'interrupt' });
	second.answer();
	expect(second.inFlight).toMatchObject([{ type: 'run', id: next.id }]);
	expect(call.ended).toEqual([]);
	first.say(ready);
	expect(first.inFlight).toMatchObject([{ type: 'call' }]);
	first.answer();
	second.answer();
	await vi.waitFor(() => expect([call.ended.length, next.ended.length]).toEqual([1, 1]));
});

test('a bench that hangs is lost, and nobody at the desk hears of it', async () => {
	const { pair, frame, restarts } = fakeHouse();
	frame('desk').say(ready);
	frame('bench').say(ready);
	const call = submit(pair.bench, 'call');
	frame('bench').lose('timed-out');
	await vi.waitFor(() => expect(call.ended).toMatchObject([{ ok: false, why: 'timed-out' }]));
	expect(restarts).toEqual([]);
});

test('wear: memory goes at once and is told of; a worn desk keeps its variables; an empty one goes quietly', async () => {
	const { pair, frame, restarts } = fakeHouse();
	const [first, second] = [frame('desk'), frame('bench')];
	first.say(ready);
	second.say(ready);
	submit(pair.desk, 'run');
	first.answer({ variables: 3, wear: 'worn' });
	expect(first.sent.filter(({ type }) => type === 'restart')).toEqual([]);
	submit(pair.desk, 'run');
	first.answer({ variables: 3, wear: 'memory', status: 'error' });
	expect(first.sent.at(-1)).toEqual({ type: 'restart' });
	expect(restarts).toEqual(['memory']);
	submit(pair.desk, 'run');
	second.answer({ variables: 0, wear: 'worn' });
	expect(second.sent.at(-1)).toEqual({ type: 'restart' });
	expect(restarts).toEqual(['memory']);
});

test('a restart that was asked for drops what the old interpreter still says', async () => {
	const { pair, frame, restarts } = fakeHouse();
	const [first, second] = [frame('desk'), frame('bench')];
	first.say(ready);
	const job = submit(pair.desk, 'run');
	pair.desk.restart();
	await vi.waitFor(() => expect(job.ended).toMatchObject([{ status: 'interrupted' }]));
	expect(restarts).toEqual(['stopped']);
	// On its way when the restart was asked for.
	first.say(ready);
	const next = submit(pair.desk, 'run');
	expect(first.inFlight).toHaveLength(1);
	first.lose('stopped');
	first.say(ready);
	expect(first.inFlight).toMatchObject([{ id: next.id }]);
	expect(second.inFlight).toEqual([]);
});

test('where Python cannot wait for a line, the run begins again with the answers so far, and can be stopped', async () => {
	const { pair, frame } = fakeHouse();
	frame('desk').say(ready);
	const id = newRunId();
	const questions: string[] = [];
	const shown: OutputPart[] = [];
	const stop = new AbortController();
	const run = pair.desk.run(
		{ id, cellId, code: 'x' },
		{
			started: () => undefined,
			output: (part) => shown.push(part),
			ask: ({ prompt }) => questions.push(prompt)
		},
		stop.signal
	);
	const needs = (prompt: string) => ({
		type: 'run-end',
		id,
		end,
		variables: 0,
		files: 0,
		wear: 'fresh',
		needs: { prompt, secret: false }
	});
	const print = (text: string): void =>
		frame('desk').say({ type: 'output', id, parts: [{ kind: 'stdout', text }] });
	print('name? ');
	frame('desk').say(needs('name? '));
	pair.desk.answer(id, 'Ada');
	expect(frame('desk').sent.at(-1)).toMatchObject({ type: 'run', answers: ['Ada'], replay: true });
	print('name? Ada');
	print('\nage? ');
	// What was shown before it began again is not shown twice.
	expect(shown.map((part) => (part.kind === 'stdout' ? part.text : ''))).toEqual([
		'name? ',
		'Ada',
		'\nage? '
	]);
	frame('desk').say(needs('age? '));
	expect(questions).toEqual(['name? ', 'age? ']);
	stop.abort();
	expect(await run).toMatchObject({ status: 'interrupted' });
	// An answer that comes too late is nobody's.
	const sent = frame('desk').sent.length;
	pair.desk.answer(id, '36');
	expect(frame('desk').sent).toHaveLength(sent);
});

test('what is displayed with the end is shown before the run has ended; what is no value is counted', async () => {
	const { pair, frame } = fakeHouse();
	frame('desk').say(ready);
	for (const [last, shown, truncated] of [
		['{"text/plain":"2"}', [{ kind: 'display', data: { 'text/plain': '2' } }], 0],
		['{"text/plain":2}', [], 16]
	] as const) {
		const id = newRunId();
		const heard: unknown[] = [];
		const run = pair.desk
			.run(
				{ id, cellId, code: '1 + 1' },
				{ started: () => undefined, output: (part) => heard.push(part) },
				new AbortController().signal
			)
			.then((ended) => heard.push(ended.truncated));
		frame('desk').say({ type: 'run-end', id, end, variables: 0, files: 0, wear: 'fresh', last });
		await run;
		expect(heard).toEqual([...shown, truncated]);
	}
});

test('a frame that floods is counted, not shown', async () => {
	const { pair, frame } = fakeHouse();
	frame('desk').say(ready);
	const job = submit(pair.desk, 'run');
	for (let at = 0; at < 5_000; at++)
		frame('desk').say({ type: 'output', id: job.id, parts: [{ kind: 'stdout', text: 'x' }] });
	frame('desk').answer();
	await vi.waitFor(() => expect(job.ended).toHaveLength(1));
	const [result] = job.ended;
	expect(job.outputs.length).toBeLessThan(5_000);
	expect(result).toMatchObject({ truncated: 5_000 - job.outputs.length });
});

test('every well-formed message survives a structured clone and its own schema; junk is refused', () => {
	const id = newRunId();
	const message = fc.oneof(
		fc.constant({ type: 'hello' }),
		fc.record({
			type: fc.constant('ready'),
			python: fc.string(),
			interruptible: fc.boolean(),
			started: fc.constantFrom('snapshot', 'plain')
		}),
		fc.record({
			type: fc.constant('output'),
			id: fc.constant(id),
			// Lone surrogates and NUL included: Python prints them.
			parts: fc.array(
				fc.record({ kind: fc.constantFrom('stdout', 'stderr'), text: fc.string({ unit: 'binary' }) })
			)
		}),
		fc.record({
			type: fc.constant('call-failed'),
			id: fc.uuid(),
			why: fc.constantFrom('timed-out', 'interrupted', 'crashed', 'failed'),
			message: fc.string(),
			wear: fc.constantFrom('fresh', 'worn', 'spent', 'memory')
		})
	);
	fc.assert(
		fc.property(message, (sent) => {
			expect(v.parse(FromFrame, structuredClone(sent))).toEqual(sent);
		})
	);
	fc.assert(
		fc.property(fc.anything(), (junk) => {
			expect(v.safeParse(FromFrame, junk).success).toBe(false);
		})
	);
	expect(v.safeParse(FromFrame, { type: 'hello', extra: 1 }).success).toBe(false);
	expect(
		v.safeParse(FromFrame, { type: 'output', id, parts: [{ kind: 'stdout', text: 'x'.repeat(300_000) }] })
			.success
	).toBe(false);
});

test('a kernel that answers nonsense is a failed call, not a thrown error', async () => {
	for (const result of ['', 'nonsense', '{"ok":2}', '[]', '{"ok":false}']) {
		const { pair, frame } = fakeHouse();
		frame('desk').say(ready);
		const reply = pair.desk.call('facts', {}, 1_000, noSignal);
		const [call] = frame('desk').inFlight;
		frame('desk').say({ type: 'reply', id: call?.id as CallId, result, wear: 'fresh' });
		expect(await reply).toMatchObject({ ok: false, why: 'failed' });
	}
});

test('where Python cannot start, what waits is told so', async () => {
	const { pair, frame } = fakeHouse();
	const run = submit(pair.desk, 'run');
	frame('desk').say({ type: 'boot-failed', message: 'no memory' });
	await vi.waitFor(() => expect(run.ended).toMatchObject([{ status: 'crashed' }]));
	const call = await pair.desk.call('facts', {}, 1_000, noSignal);
	expect(call).toEqual({ ok: false, why: 'crashed', message: 'no memory' });
});

/** With timers that the test moves. */
async function begin(frame: FakeFrame): Promise<void> {
	frame.say({ type: 'hello' });
	await vi.advanceTimersByTimeAsync(0);
	frame.say(ready);
}

describe('by the clock', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	test('a frame that died without a word is found out: by Stop at once, by its pulse in any case', async () => {
		const { pair, frame, frames, restarts } = fakeHouse();
		const [first, second] = [frame('desk'), frame('bench')];
		// Before its hello nobody asks a frame whether it is there.
		await begin(first);
		await begin(second);
		const stuck = submit(pair.desk, 'run');
		first.isDead = true;
		stuck.stop.abort();
		await vi.advanceTimersByTimeAsync(3_000);
		expect(stuck.ended).toMatchObject([{ status: 'crashed' }]);
		expect(restarts).toEqual(['crashed']);
		// The bench sits at the desk now, and a new frame was opened in the dead one's place.
		const next = submit(pair.desk, 'run');
		expect(second.inFlight).toMatchObject([{ id: next.id }]);
		expect(frames.map(({ name }) => name)).toEqual(['desk', 'bench', 'desk']);
		second.isDead = true;
		await vi.advanceTimersByTimeAsync(15_000);
		expect(next.ended).toMatchObject([{ status: 'crashed' }]);
	});

	test('a frame whose document never comes has failed after a while; who needs it later tries again', async () => {
		const { pair, frames, states } = fakeHouse();
		const run = submit(pair.desk, 'run');
		await vi.advanceTimersByTimeAsync(80_000);
		expect(run.ended).toEqual([]);
		await vi.advanceTimersByTimeAsync(15_000);
		expect(states.at(-1)).toEqual({ kind: 'failed', message: 'it gave no answer' });
		expect(run.ended).toMatchObject([{ status: 'crashed' }]);
		expect(frames.map(({ name }) => name)).toEqual(['desk', 'bench']);
		await vi.advanceTimersByTimeAsync(10_000);
		const later = submit(pair.desk, 'run');
		expect(frames.map(({ name }) => name)).toEqual(['desk', 'bench', 'desk', 'bench']);
		frames[2]?.frame.say(ready);
		frames[2]?.frame.answer();
		await vi.advanceTimersByTimeAsync(0);
		expect(later.ended).toMatchObject([{ status: 'ok' }]);
	});

	test('an interpreter that crashes whenever it starts is not started for ever', async () => {
		const { pair, frame, states } = fakeHouse();
		const run = submit(pair.desk, 'run');
		const desk = frame('desk');
		desk.say({ type: 'hello' });
		await vi.advanceTimersByTimeAsync(0);
		for (let times = 0; times < 2; times++) desk.lose('crashed', 'unreachable');
		expect(run.ended).toEqual([]);
		desk.lose('crashed', 'unreachable');
		await vi.advanceTimersByTimeAsync(0);
		expect(states.at(-1)).toEqual({ kind: 'failed', message: 'unreachable' });
		expect(desk.isOpen).toBe(false);
		expect(run.ended).toMatchObject([{ status: 'crashed' }]);
	});

	test('a job that is being stopped is not done again by another interpreter', async () => {
		const { pair, frame } = fakeHouse();
		const [first, second] = [frame('desk'), frame('bench')];
		first.say(ready);
		second.say(ready);
		const call = submit(pair.bench, 'call');
		call.stop.abort();
		first.lose('stopped');
		await vi.advanceTimersByTimeAsync(0);
		expect(call.ended).toMatchObject([{ ok: false, why: 'interrupted' }]);
		first.say(ready);
		expect(first.inFlight).toEqual([]);
	});

	test('a run that is stopped at the moment in which it asks has ended, and Python lives on', async () => {
		const { pair, frame, restarts } = fakeHouse();
		const desk = frame('desk');
		await begin(desk);
		const run = submit(pair.desk, 'run');
		run.stop.abort();
		const needs = { prompt: 'name? ', secret: false };
		desk.say({ type: 'run-end', id: run.id, end, variables: 1, files: 0, wear: 'fresh', needs });
		await vi.advanceTimersByTimeAsync(5_000);
		expect(run.ended).toMatchObject([{ status: 'interrupted' }]);
		expect(restarts).toEqual([]);
		expect(desk.isOpen).toBe(true);
		const next = submit(pair.desk, 'run');
		expect(desk.sent.at(-1)).toMatchObject({ type: 'run', id: next.id });
	});

	test('what runs after a stop, a stopped call or a restart is not taken for what had to end', async () => {
		const { pair, frame, restarts } = fakeHouse();
		const [first, second] = [frame('desk'), frame('bench')];
		first.say(ready);
		second.say(ready);
		for (const [seat, at] of [
			[pair.desk, first],
			[pair.bench, second]
		] as const) {
			const stopped = submit(seat, 'call');
			stopped.stop.abort();
			at.answer();
			const next = submit(seat, 'call');
			await vi.advanceTimersByTimeAsync(10_000);
			expect(next.ended).toEqual([]);
			at.answer();
			await vi.advanceTimersByTimeAsync(0);
			expect(next.ended).toMatchObject([{ ok: true }]);
		}
		// The bench is being replaced by now: its new interpreter works longer than the watch of its restart.
		await vi.advanceTimersByTimeAsync(2_500);
		expect(second.sent.at(-1)).toEqual({ type: 'restart' });
		second.lose('stopped');
		second.say(ready);
		const long = submit(pair.bench, 'call');
		await vi.advanceTimersByTimeAsync(10_000);
		expect(long.ended).toEqual([]);
		expect(second.isOpen).toBe(true);
		second.answer();
		await vi.advanceTimersByTimeAsync(0);
		expect(long.ended).toMatchObject([{ ok: true }]);
		expect(restarts).toEqual([]);
	});

	test('a restart before the frame is there ends nothing and starts nothing anew', async () => {
		const { pair, frame } = fakeHouse();
		pair.desk.restart();
		pair.desk.restart();
		frame('desk').say({ type: 'hello' });
		await vi.advanceTimersByTimeAsync(0);
		expect(frame('desk').sent.map(({ type }) => type)).toEqual(['boot']);
		frame('desk').say(ready);
		const run = submit(pair.desk, 'run');
		frame('desk').answer();
		await vi.advanceTimersByTimeAsync(0);
		expect(run.ended).toMatchObject([{ status: 'ok' }]);
		// Twice in a row is once: the second would end what the first has just started.
		submit(pair.desk, 'run');
		pair.desk.restart();
		pair.desk.restart();
		expect(frame('desk').sent.filter(({ type }) => type === 'restart')).toHaveLength(1);
	});

	test('a bench that has worked is replaced when it has nothing more to do', async () => {
		const { pair, frame, restarts } = fakeHouse();
		frame('desk').say(ready);
		frame('bench').say(ready);
		submit(pair.bench, 'call');
		frame('bench').answer();
		submit(pair.bench, 'call');
		await vi.advanceTimersByTimeAsync(2_500);
		expect(frame('bench').sent.filter(({ type }) => type === 'restart')).toEqual([]);
		frame('bench').answer();
		await vi.advanceTimersByTimeAsync(2_500);
		expect(frame('bench').sent.at(-1)).toEqual({ type: 'restart' });
		expect(restarts).toEqual([]);
	});
});

describe('left alone', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	test('who types is there: Python stays, and one that rests is woken for the run to come', () => {
		const { pair, frame, frames } = fakeHouse();
		frame('desk').say(ready);
		frame('bench').say(ready);
		for (let minute = 0; minute < 30; minute++) {
			vi.advanceTimersByTime(60_000);
			pair.attend();
		}
		expect(frame('desk').isOpen).toBe(true);
		vi.advanceTimersByTime(restAfterMs + 1);
		expect(frame('desk').isOpen).toBe(false);
		pair.attend();
		expect(frames.slice(2).map(({ name }) => name)).toEqual(['desk', 'bench']);
	});

	test('the bench gives its memory back, and the desk when it holds nothing; the next job wakes both', () => {
		const { pair, frame, frames, states } = fakeHouse();
		frame('desk').say(ready);
		frame('bench').say(ready);
		submit(pair.desk, 'run');
		frame('desk').answer({ variables: 1 });
		vi.advanceTimersByTime(restAfterMs + 1);
		expect([frame('desk').isOpen, frame('bench').isOpen]).toEqual([true, false]);
		submit(pair.desk, 'run');
		expect(frames.map(({ name }) => name)).toEqual(['desk', 'bench', 'bench']);
		frame('bench').say(ready);
		frame('desk').answer({ variables: 0 });
		vi.advanceTimersByTime(restAfterMs + 1);
		expect([frame('desk').isOpen, frame('bench').isOpen]).toEqual([false, false]);
		expect(states.at(-1)).toEqual({ kind: 'resting' });
		const woken = submit(pair.desk, 'run');
		expect(frames.at(-2)?.name).toBe('desk');
		frame('desk').say(ready);
		expect(frame('desk').inFlight).toMatchObject([{ id: woken.id }]);
	});

	test('the spare starts when it is first asked, and goes when nobody asks any more', () => {
		const { pair, frame, frames } = fakeHouse();
		expect(frames.map(({ name }) => name)).toEqual(['desk', 'bench']);
		submit(pair.spare, 'call');
		frame('spare').say(ready);
		frame('spare').answer();
		vi.advanceTimersByTime(spareRestAfterMs + 1);
		expect(frame('spare').isOpen).toBe(false);
	});
});

test('a wheel that never comes is missing after a while, and the job goes on without it', async () => {
	vi.useFakeTimers();
	try {
		const { pair, frame } = fakeHouse((file) =>
			file === 'slow.whl' ? new Promise(() => undefined) : Promise.resolve(new ArrayBuffer(1))
		);
		frame('desk').say(ready);
		const { id } = submit(pair.desk, 'run');
		frame('desk').say({ type: 'need', id, files: ['slow.whl', 'quick.whl'] });
		await vi.advanceTimersByTimeAsync(wheelDeadlineMs - 1);
		expect(frame('desk').sent.at(-1)).toMatchObject({ type: 'run' });
		await vi.advanceTimersByTimeAsync(1);
		expect(frame('desk').sent.at(-1)).toMatchObject({ type: 'wheels', id, wheels: [{ file: 'quick.whl' }] });
	} finally {
		vi.useRealTimers();
	}
});

test.each([
	['RangeError: Maximum call stack size exceeded', 'overflowed'],
	['InternalError: too much recursion', 'overflowed'],
	['Fatal Python error: _Py_CheckRecursiveCall: Unrecoverable stack overflow', 'overflowed'],
	['RuntimeError: memory access out of bounds', 'crashed'],
	['', 'crashed']
])('a crash that says “%s” is told as %s', (message, why) => {
	const { pair, frame, restarts } = fakeHouse();
	frame('desk').say(ready);
	submit(pair.desk, 'run');
	frame('desk').lose('crashed', message);
	expect(restarts).toEqual([why]);
});

test('files that cells had made are missed when their interpreter is gone, and keep it from being given back', () => {
	const { pair, frame, losses } = fakeHouse();
	const [first, second] = [frame('desk'), frame('bench')];
	first.say(ready);
	second.say(ready);
	submit(pair.desk, 'run');
	first.answer({ files: 2, wear: 'worn' });
	expect(first.sent.filter(({ type }) => type === 'restart')).toEqual([]);
	submit(pair.desk, 'run');
	first.lose('stopped');
	expect(losses).toEqual([true]);
	// The next one has none.
	submit(pair.desk, 'run');
	second.lose('stopped');
	expect(losses).toEqual([true, false]);
});

test('a job that has settled listens no more to the signal that would have stopped it', async () => {
	const { pair, frame } = fakeHouse();
	frame('desk').say(ready);
	frame('bench').say(ready);
	const { signal } = new AbortController();
	const on = { started: () => undefined, output: () => undefined };
	const run = pair.desk.run({ id: newRunId(), cellId, code: 'x' }, on, signal);
	const call = pair.bench.call('verify', {}, 1_000, signal);
	const queued = pair.bench.call('verify', {}, 1_000, signal);
	expect(getEventListeners(signal, 'abort')).toHaveLength(3);
	frame('desk').answer();
	frame('bench').answer();
	frame('bench').lose('crashed');
	await Promise.all([run, call, queued]);
	expect(getEventListeners(signal, 'abort')).toEqual([]);
});
