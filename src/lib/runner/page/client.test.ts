import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { CellId, newRunId, type RunId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import { FromFrame, ToFrame, type CallId, type RunEnd } from '../protocol';
import { RunnerClient, type CallResult, type FramePort } from './client';

const assets = {
	worker: '',
	wasm: new ArrayBuffer(1),
	stdlib: new ArrayBuffer(1),
	kernel: new ArrayBuffer(1),
	lock: ''
};
const cellId = v.parse(CellId, 'cell');
const end: RunEnd = { status: 'ok', durationMs: 1, truncated: 0 };

/** A frame that does what the test says; everything sent to it must fit the protocol. */
function fakeFrame() {
	const sent: ToFrame[] = [];
	let hear: (message: unknown) => void = () => undefined;
	const port: FramePort = {
		post: (message) => sent.push(v.parse(ToFrame, message)),
		listen: (listener) => (hear = listener),
		close: () => undefined
	};
	const listener = { state: () => undefined, restarted: () => undefined };
	const client = new RunnerClient(port, () => Promise.resolve(assets), listener);
	return { client, sent, say: (message: unknown) => hear(message) };
}

const ready = { type: 'ready', python: 'Python 3.14.2', interruptible: true };

type Job = {
	id: RunId | undefined;
	stop: AbortController;
	ended: (RunEnd | CallResult)[];
	outputs: OutputPart[];
};

function submit(client: RunnerClient, kind: 'run' | 'call'): Job {
	const job: Job = { id: undefined, stop: new AbortController(), ended: [], outputs: [] };
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

/** What may happen, in any order: the page asks and stops, the frame answers, restarts, fails or is made to talk nonsense. */
const step = fc.oneof(
	{ weight: 4, arbitrary: fc.constantFrom('run' as const, 'call' as const) },
	{ weight: 5, arbitrary: fc.constantFrom('answer' as const, 'output' as const) },
	{ weight: 2, arbitrary: fc.constantFrom('stop' as const, 'restarting' as const, 'ready' as const) },
	{ weight: 2, arbitrary: fc.constantFrom('forged-end' as const, 'forged-output' as const, 'junk' as const) },
	{ weight: 1, arbitrary: fc.constant('failed' as const) }
);

test('whatever a frame says: one job at a time, in order, each settled exactly once', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.anything(), async (steps, junk) => {
			const { client, sent, say } = fakeFrame();
			const jobs: Job[] = [];
			const inFlight = (): Extract<ToFrame, { type: 'run' | 'call' }>[] =>
				sent.filter((message) => message.type === 'run' || message.type === 'call');
			const answered = new Set<string>();
			const answer = (): void => {
				const open = inFlight().find((message) => !answered.has(message.id));
				if (open === undefined) return;
				answered.add(open.id);
				if (open.type === 'run') say({ type: 'run-end', id: open.id, end });
				else say({ type: 'reply', id: open.id, result: '{"ok":true,"result":1}' });
			};
			say(ready);
			for (const action of steps) {
				if (action === 'run' || action === 'call') jobs.push(submit(client, action));
				if (action === 'answer') answer();
				if (action === 'output') {
					const open = inFlight().find((message) => !answered.has(message.id));
					if (open?.type === 'run') say({ type: 'output', id: open.id, kind: 'stdout', text: open.id });
				}
				if (action === 'stop') jobs.at(-1)?.stop.abort();
				if (action === 'restarting') say({ type: 'restarting', why: 'crashed' });
				if (action === 'ready') say(ready);
				if (action === 'failed') say({ type: 'boot-failed', message: 'no' });
				if (action === 'forged-end') say({ type: 'run-end', id: newRunId(), end });
				if (action === 'forged-output')
					say({ type: 'output', id: newRunId(), kind: 'stdout', text: 'forged' });
				if (action === 'junk') say(junk);
				await Promise.resolve();
				expect(inFlight().filter((message) => !answered.has(message.id)).length).toBeLessThanOrEqual(1);
			}
			client.dispose();
			await new Promise((resolve) => setTimeout(resolve));
			for (const job of jobs) {
				expect(job.ended).toHaveLength(1);
				for (const part of job.outputs) expect(part).toEqual({ kind: 'stdout', text: job.id });
			}
			// Runs reach the interpreter in the order in which they were asked for.
			const asked = jobs.flatMap((job) => (job.id === undefined ? [] : [job.id]));
			const ran = inFlight().flatMap((message) => (message.type === 'run' ? [message.id] : []));
			expect(ran).toEqual(asked.filter((id) => ran.includes(id)));
		}),
		{ numRuns: process.env['PROCODER_LONG'] ? 5_000 : 300 }
	);
});

test('every well-formed message survives a structured clone and its own schema; junk is refused', () => {
	const id = newRunId();
	const message = fc.oneof(
		fc.constant({ type: 'hello' }),
		fc.record({ type: fc.constant('ready'), python: fc.string(), interruptible: fc.boolean() }),
		fc.record({
			type: fc.constant('output'),
			id: fc.constant(id),
			kind: fc.constantFrom('stdout', 'stderr', 'display'),
			// Lone surrogates and NUL included: Python prints them.
			text: fc.string({ unit: 'binary' })
		}),
		fc.record({
			type: fc.constant('call-failed'),
			id: fc.uuid(),
			why: fc.constantFrom('timed-out', 'interrupted', 'crashed', 'failed'),
			message: fc.string()
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
		v.safeParse(FromFrame, { type: 'output', id, kind: 'stdout', text: 'x'.repeat(300_000) }).success
	).toBe(false);
});

test('a kernel that answers nonsense is a failed call, not a thrown error', async () => {
	for (const result of ['', 'nonsense', '{"ok":2}', '[]', '{"ok":false}']) {
		const { client, sent, say } = fakeFrame();
		say(ready);
		const reply = client.call('facts', {}, 1_000, new AbortController().signal);
		const call = sent.find((message) => message.type === 'call');
		say({ type: 'reply', id: call?.id as CallId, result });
		expect(await reply).toMatchObject({ ok: false, why: 'failed' });
	}
});

test('where Python cannot start, what waits is told so', async () => {
	const { client, say } = fakeFrame();
	const run = client.run(
		{ id: newRunId(), cellId, code: '' },
		{ started: () => undefined, output: () => undefined },
		new AbortController().signal
	);
	say({ type: 'boot-failed', message: 'no memory' });
	expect(await run).toMatchObject({ status: 'crashed' });
	const call = await client.call('facts', {}, 1_000, new AbortController().signal);
	expect(call).toEqual({ ok: false, why: 'crashed', message: 'no memory' });
});
