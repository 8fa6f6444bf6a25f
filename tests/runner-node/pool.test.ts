import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CellId } from '$lib/domain/ids';
import type { NodePool } from '$lib/runner/node/pool';
import { groupRuns, never, newPool, runAlone, runCell } from './pool-under-test';

let pool: NodePool;
beforeAll(async () => {
	pool = newPool();
	expect(await pool.state()).toMatchObject({ ok: true, started: 'snapshot' });
});
afterAll(() => pool.close());

describe('jobs', () => {
	test('cells of a group share their names, and those of another group do not', async () => {
		const one = pool.group(never);
		const other = pool.group(never);
		expect((await runCell(one, 'x = 41')).end).toMatchObject({ status: 'ok', variables: 1 });
		expect((await runCell(one, 'print("so:")\nx + 1')).text).toBe('so:\n42');
		expect((await runCell(other, 'x')).end).toMatchObject({ status: 'error', error: { type: 'NameError' } });
		one.close();
		other.close();
	});

	test('one process serves one group, and is killed with it', async () => {
		const group = pool.group(never);
		const before = new Set(pool.pids);
		await runCell(group, 'x = 1');
		group.close();
		await vi.waitUntil(() => [...before].some((pid) => !groupRuns(pid)), { timeout: 5_000 });
		const next = pool.group(never);
		expect((await runCell(next, '"x" in globals()')).text).toBe('False');
		next.close();
	});

	test('what has settled listens no more to the signal that would have stopped it', async () => {
		const { signal } = new AbortController();
		const group = pool.group(signal);
		await runCell(group, '1', { signal });
		await group.call('version', {}, 20_000, signal);
		expect(getEventListeners(signal, 'abort')).toHaveLength(1);
		group.close();
		expect(getEventListeners(signal, 'abort')).toEqual([]);
	});

	test('the kernel answers calls', async () => {
		const group = pool.group(never);
		const call = (method: 'version' | 'facts' | 'verify', params: object) =>
			group.call(method, params, 20_000, never);
		expect(await call('version', {})).toMatchObject({ ok: true, value: { python: '3.14.2' } });
		const submission = { code: 'def double(n):\n    return n * 2', context: [], stdin: [] };
		expect(await call('facts', submission)).toMatchObject({ ok: true });
		const claim = { id: 'c1', kind: 'returns', probe: { call: 'double(4)' }, expect: '8' };
		expect(await call('verify', { claim, ...submission })).toEqual({
			ok: true,
			value: { kind: 'confirmed' }
		});
		expect(await call('facts', {})).toMatchObject({ ok: false, why: 'failed' });
		group.close();
	});

	test('files are found by their names, by a process that comes later too', async () => {
		const group = pool.group(never);
		group.addFiles([{ name: 'data/numbers.csv', bytes: new TextEncoder().encode('1,2,3') }]);
		expect((await runCell(group, 'open("data/numbers.csv").read()')).text).toBe("'1,2,3'");
		expect((await runCell(group, 'while True: pass', { limitMs: 200 })).end.status).toBe('timeout');
		expect((await runCell(group, 'open("data/numbers.csv").read()')).text).toBe("'1,2,3'");
		group.close();
	});

	test('input() gets the lines that were recorded, and a run that asks for more ends there', async () => {
		const code = 'name = input("Name? ")\nage = input("Age? ")\nprint(name, age)';
		const whole = await runAlone(pool, code, { stdin: ['Ada', '36'] });
		expect(whole.end).toMatchObject({ status: 'ok' });
		expect(whole.text).toContain('Ada 36');
		const short = await runAlone(pool, code, { stdin: ['Ada'] });
		expect(short.end).toMatchObject({
			status: 'interrupted',
			needsInput: { prompt: 'Age? ', secret: false }
		});
		expect(short.text).not.toContain('Ada 36');
	});

	test('time.sleep sleeps, and asyncio.sleep does', async () => {
		const asleep = await runAlone(
			pool,
			'import time, asyncio\na = time.monotonic()\ntime.sleep(0.3)\nawait asyncio.sleep(0.3)\ntime.monotonic() - a >= 0.6'
		);
		expect(asleep.text).toBe('True');
	});

	test('chance is fresh in every process', async () => {
		const rolls = await Promise.all(
			Array.from({ length: 3 }, () => runAlone(pool, 'import random\nrandom.random()'))
		);
		expect(new Set(rolls.map(({ text }) => text)).size).toBe(3);
	});

	test('twenty groups at once on two processes', async () => {
		const texts = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => {
				const { text } = await runAlone(pool, `print(${index} * ${index})`);
				expect(pool.pids.length).toBeLessThanOrEqual(2);
				return text;
			})
		);
		expect(texts).toEqual(Array.from({ length: 20 }, (_, index) => `${index * index}\n`));
	});

	test('what waits for a process can be called off', async () => {
		const holding = [pool.group(never), pool.group(never)];
		await Promise.all(holding.map((group) => runCell(group, '1')));
		const late = pool.group(never);
		const stop = new AbortController();
		const waiting = runCell(late, '1', { signal: stop.signal });
		stop.abort();
		expect((await waiting).end.status).toBe('interrupted');
		for (const group of [...holding, late]) group.close();
		expect((await runCell(late, '1')).end.status).toBe('interrupted');
		expect((await runAlone(pool, '1')).end.status).toBe('ok');
	});
});

describe('what does not end by itself', () => {
	const hostile: Record<string, string> = {
		'an endless loop': 'while True: pass',
		'a loop that swallows everything':
			'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
		'a loop in C': 'sum(range(10**12))',
		'a power': '9 ** 9 ** 9',
		'a long sleep': 'import time\ntime.sleep(60)',
		'a question nobody answers, asked again and again':
			'while True:\n    try: input("? ")\n    except BaseException: pass',
		'a flood of prints': 'while True: print("x" * 1000)'
	};
	test.each(Object.entries(hostile))('%s', async (_name, code) => {
		const restarts: string[] = [];
		const group = pool.group(never, { restarted: (why) => restarts.push(why) });
		const { end, outputs } = await runCell(group, code, { limitMs: 600 });
		expect(end.status).toBe('timeout');
		expect(end.durationMs).toBeGreaterThan(590);
		expect(end.durationMs).toBeLessThan(3_000);
		expect(
			outputs.map((part) => (part.kind === 'display' ? 0 : part.text.length)).reduce((a, b) => a + b, 0)
		).toBeLessThanOrEqual(1024 * 1024);
		expect(restarts).toEqual(['stopped']);
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});

	test('a call', async () => {
		const group = pool.group(never);
		const submission = { code: 'sum(range(10**12))', context: [], stdin: [] };
		expect(await group.call('facts', submission, 600, never)).toMatchObject({ ok: false, why: 'timed-out' });
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});

	test('a run that is called off', async () => {
		const group = pool.group(never);
		const stop = new AbortController();
		const running = runCell(group, 'print("on", flush=True)\nwhile True: pass', { signal: stop.signal });
		const behind = runCell(group, '6 * 7');
		setTimeout(() => stop.abort(), 500);
		expect((await running).end.status).toBe('interrupted');
		expect((await behind).text).toBe('42');
		group.close();
	});

	test('a group that is called off', async () => {
		const stop = new AbortController();
		const group = pool.group(stop.signal);
		const jobs = [runCell(group, 'while True: pass'), runCell(group, '1')];
		setTimeout(() => stop.abort(), 300);
		expect((await Promise.all(jobs)).map(({ end }) => end.status)).toEqual(['interrupted', 'interrupted']);
	});
});

describe('what breaks', () => {
	test('more output than is kept is cut and counted', async () => {
		const { end, text } = await runAlone(pool, 'for i in range(3000): print("x" * 999)');
		expect(end).toMatchObject({ status: 'ok' });
		expect(text.length).toBeLessThanOrEqual(1024 * 1024);
		expect(text.length + end.truncated).toBe(3_000_000);
	});

	test('of very many values the first 200 are shown, and the rest is counted', async () => {
		const many = await runAlone(pool, 'for number in range(300):\n    display(number + 1_000)\nprint("end")');
		const { status, truncated } = many.end;
		const shown = many.outputs.flatMap((part) => (part.kind === 'display' ? [part.data['text/plain']] : []));
		expect(shown).toEqual(Array.from({ length: 200 }, (_, index) => String(index + 1_000)));
		expect({ status, truncated }).toEqual({
			status: 'ok',
			truncated: 100 * '{"text/plain": "1200"}'.length
		});
		expect(many.text).toContain('end');
		const group = pool.group(never);
		const endless = await runCell(group, 'while True: display(1)', { limitMs: 3_000 });
		expect([endless.end.status, endless.outputs.length]).toEqual(['timeout', 200]);
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});

	test('nothing is lost when we are too busy to listen', async () => {
		const group = pool.group(never);
		await runCell(group, '1');
		let text = '';
		const pause = new Int32Array(new SharedArrayBuffer(4));
		const end = await group.run(
			{ cellId: 'cell' as CellId, code: 'for i in range(900): print("x" * 999)' },
			{
				output(part) {
					// The pipe holds a fifth of this, and the child has to wait.
					if (text === '') Atomics.wait(pause, 0, 0, 700);
					if (part.kind === 'stdout') text += part.text;
				}
			},
			never
		);
		expect(end).toMatchObject({ status: 'ok', truncated: 0 });
		expect(text.length).toBe(900_000);
		group.close();
	});

	test('too much memory is a MemoryError, and the process is replaced', async () => {
		const restarts: string[] = [];
		const group = pool.group(never, { restarted: (why) => restarts.push(why) });
		const bomb = await runCell(group, 'x = []\nwhile True: x.append("a" * 10**7)', { limitMs: 30_000 });
		expect(bomb.end).toMatchObject({ status: 'error', error: { type: 'MemoryError' } });
		expect(restarts).toEqual(['memory']);
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});

	test('recursion is an error; a fatal one costs the process and no more', async () => {
		const restarts: string[] = [];
		const group = pool.group(never, { restarted: (why) => restarts.push(why) });
		const plain = await runCell(group, 'def f(): return f()\nf()');
		expect(plain.end).toMatchObject({ status: 'error', error: { type: 'RecursionError' } });
		const deep = await runCell(group, 'x = []\nfor _ in range(100_000): x = [x]\nrepr(x) == 1');
		// Either outcome is sound: what must not happen is that nothing comes, or that the next cell fails.
		expect(['crashed', 'error']).toContain(deep.end.status);
		if (deep.end.status === 'crashed') expect(restarts).toEqual(['crashed']);
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});

	test('a process that dies in the middle of a job', async () => {
		const lonely = newPool({ size: 1 });
		const group = lonely.group(never);
		const running = runCell(group, 'while True: pass');
		await vi.waitUntil(() => lonely.pids.length === 1);
		await lonely.state();
		await new Promise((resolve) => setTimeout(resolve, 300));
		process.kill(-(lonely.pids[0] ?? NaN), 'SIGKILL');
		expect((await running).end.status).toBe('crashed');
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		await lonely.close();
	});

	test('a folder that is not there fails every job and says why', async () => {
		const broken = newPool({ folder: '/nowhere' });
		expect(await broken.state()).toMatchObject({ ok: false });
		const group = broken.group(never);
		expect((await runCell(group, '1')).end.status).toBe('crashed');
		expect(await group.call('version', {}, 1_000, never)).toMatchObject({
			ok: false,
			why: 'crashed',
			message: expect.stringContaining('/nowhere') as unknown
		});
		await broken.close();
	});
});

test('without a snapshot it starts too', async () => {
	const plain = newPool({ size: 1, snapshot: 'none' });
	expect(await plain.state()).toMatchObject({ ok: true, started: 'plain' });
	expect((await runAlone(plain, '6 * 7')).text).toBe('42');
	await plain.close();
});

test('the other snapshot has another order of sets', async () => {
	const other = newPool({ size: 1, snapshot: 'other' });
	const code = 'list({"a", "b", "c", "d", "e", "f", "g", "h"})';
	const [usually, again, otherwise] = await Promise.all([
		runAlone(pool, code),
		runAlone(pool, code),
		runAlone(other, code)
	]);
	expect(again.text).toBe(usually.text);
	expect(otherwise.text).not.toBe(usually.text);
	await other.close();
});

test('a closed pool leaves no process and settles everything', async () => {
	const closing = newPool();
	const groups = [closing.group(never), closing.group(never), closing.group(never)];
	const jobs = groups.map((group) => runCell(group, 'while True: pass'));
	await closing.state();
	await vi.waitUntil(() => closing.pids.length === 2);
	const { pids } = closing;
	expect(pids.every(groupRuns)).toBe(true);
	await closing.close();
	expect((await Promise.all(jobs)).map(({ end }) => end.status)).toEqual(Array(3).fill('interrupted'));
	expect(pids.filter(groupRuns)).toEqual([]);
	expect(closing.pids).toEqual([]);
	expect((await runAlone(closing, '1')).end.status).toBe('interrupted');
});
