import { createHash } from 'node:crypto';
import path from 'node:path';
import { loadPyodide, type PyodideInterface } from 'pyodide';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { makeRoom } from '$lib/runner/interpreter/memory';
import { Desk } from './desk';
import { loadKernel, packages, unpackWheel, wheel } from './pyodide';

/** The kernel inside a memory snapshot: its files are gone after a restore, its modules are not. */
let snapshot: Uint8Array;

beforeAll(async () => {
	const pyodide = await loadKernel({ _makeSnapshot: true });
	const bridge = pyodide.pyimport('procoder.bridge') as unknown as {
		prepare(): void;
		destroy(): void;
	};
	bridge.prepare();
	bridge.destroy();
	snapshot = pyodide.makeMemorySnapshot();
});

/** The heap starts at 30 MB, and the snapshot is larger. */
async function withRoom<T>(bytes: number, boot: () => Promise<T>): Promise<T> {
	const plain = WebAssembly.instantiate.bind(WebAssembly);
	const roomy = async (source: BufferSource, imports?: WebAssembly.Imports) => {
		const made = await plain(source, imports);
		makeRoom(made.instance.exports, bytes);
		return made;
	};
	const spy = vi
		.spyOn(WebAssembly, 'instantiate')
		.mockImplementation(roomy as typeof WebAssembly.instantiate);
	try {
		return await boot();
	} finally {
		spy.mockRestore();
	}
}

async function restored(): Promise<{ pyodide: PyodideInterface; desk: Desk }> {
	const pyodide = await withRoom(snapshot.byteLength, () =>
		loadPyodide({ indexURL: path.resolve('node_modules/pyodide'), _loadSnapshot: snapshot })
	);
	const desk = new Desk(pyodide);
	desk.bridge.awake('{"recursionLimit": 500}');
	return { pyodide, desk };
}

test('each wheel is the one that the list names', () => {
	expect(packages.length).toBeGreaterThan(5);
	for (const { file, sha256 } of packages) {
		expect(createHash('sha256').update(wheel(file)).digest('hex'), file).toBe(sha256);
	}
});

describe('a restored kernel', () => {
	test('runs, explains, gathers facts and verifies without its files', async () => {
		const { pyodide, desk } = await restored();
		expect(pyodide.runPython('import os; os.path.exists("/kernel")')).toBe(false);
		const code = 'def double(n):\n    return n * 2\n\nprint(double(4))\n';
		expect(await desk.run(code)).toMatchObject({ status: 'ok', stdout: '8\n' });
		expect(desk.call('facts', { code, call: 'double(1)' })).toBeTypeOf('object');
		expect(JSON.stringify(desk.call('explain', { code }))).toContain('double');
		const claim = { id: 'c', kind: 'returns', probe: { call: 'double(4)' }, expect: '8' };
		expect(desk.call('verify', { claim, code })).toEqual({ kind: 'confirmed' });
	});

	test('explains errors and shows their tracebacks', async () => {
		const { desk } = await restored();
		const ran = await desk.run('def f(x):\n    return 1 / x\n\nf(0)\n');
		expect(ran.error).toMatchObject({ type: 'ZeroDivisionError', line: 2 });
		expect(ran.error?.traceback).toContain('return 1 / x');
		expect(ran.error?.traceback).not.toContain('procoder');
		expect(ran.error?.cause?.what).toContain('divides by zero');
		const library = await desk.run('import json\njson.loads("{")');
		expect(library.error?.traceback).toContain('json/decoder.py');
		expect(await desk.run('import pickle, statistics, csv\nstatistics.mean([1, 3])')).toMatchObject({
			status: 'ok',
			shown: [{ 'text/plain': '2' }]
		});
	});

	test('has friendly-traceback inside, and an explanation takes no time', async () => {
		const { desk } = await restored();
		const code = 'f = lambda x: return x';
		const ran = await desk.run(code);
		expect(ran.error?.cause?.why).toContain('`return` by mistake');
		// From the second on: what a fresh instance of WebAssembly has to warm up is no matter of ours.
		const again = await desk.run(code);
		expect(again.durationMs).toBeLessThan(500);
		console.log(`first explanation after a restore ${ran.durationMs} ms, second ${again.durationMs} ms`);
	});

	test('takes a native wheel afterwards', async () => {
		const { pyodide, desk } = await restored();
		expect(desk.call('missing', { code: 'import hypothesis, math' })).toEqual(['hypothesis']);
		for (const { file, load } of packages) if (load === 'on-demand') unpackWheel(pyodide, file);
		expect(desk.call('missing', { code: 'import hypothesis' })).toEqual([]);
		const ran = await desk.run(
			'from hypothesis import given, settings, strategies as st\n@settings(max_examples=20, database=None)\n@given(st.lists(st.integers()))\ndef f(xs): assert sorted(xs) == sorted(sorted(xs))\nf()\nprint("held")'
		);
		expect(ran.error?.traceback ?? ran.stdout).toBe('held\n');
	});

	test('has chances of its own', async () => {
		const code =
			'import random, secrets, uuid\nrandom.random(), random.Random().random(), uuid.uuid4().hex, secrets.token_hex(4)';
		const shown = [];
		for (let at = 0; at < 2; at += 1)
			shown.push((await (await restored()).desk.run(code)).shown[0]?.['text/plain']);
		expect(shown[0]).toBeDefined();
		const [first = [], second = []] = shown.map((text) => (text ?? '').split(', '));
		expect(first).toHaveLength(4);
		for (const [at, value] of first.entries()) expect(value).not.toBe(second[at]);
	});

	test('stops, recovers from recursion, and keeps its limit', async () => {
		const { desk } = await restored();
		const writer = desk.interrupting(200);
		expect((await desk.run('while True: pass')).status).toBe('interrupted');
		await writer.stop();
		expect((await desk.run('def f(): f()\nf()')).error?.type).toBe('RecursionError');
		expect(await desk.run('import sys\nsys.getrecursionlimit()')).toMatchObject({
			shown: [{ 'text/plain': '500' }]
		});
	});
});
