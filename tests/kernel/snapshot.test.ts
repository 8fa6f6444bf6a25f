import path from 'node:path';
import { loadPyodide, type PyodideInterface } from 'pyodide';
import { beforeAll, describe, expect, test } from 'vitest';
import { Desk } from './desk';
import { loadKernel } from './pyodide';

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

async function restored(): Promise<{ pyodide: PyodideInterface; desk: Desk }> {
	const pyodide = await loadPyodide({
		indexURL: path.resolve('node_modules/pyodide'),
		_loadSnapshot: snapshot
	});
	const desk = new Desk(pyodide);
	desk.bridge.awake('{"recursionLimit": 500}');
	return { pyodide, desk };
}

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
