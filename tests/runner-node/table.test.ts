import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CellId } from '$lib/domain/ids';
import type { JobGroup } from '$lib/runner/node/group';
import type { NodePool } from '$lib/runner/node/pool';
import type { CallMethod } from '$lib/runner/protocol';
import { calls, comparable, fatal, newSeed, sample, sessions } from '../table';
import { never, newPool, runCell } from './pool-under-test';

let pool: NodePool;
beforeAll(() => {
	pool = newPool({ warm: 2 });
});
afterAll(() => pool.close());

const seed = newSeed();

// A process for each row takes its time; the long run replays them all.
describe(`sessions, seed ${seed}`, () => {
	test.each(sample(sessions, seed))('$id', async (row) => {
		const restarts: string[] = [];
		const group = pool.group(never, { restarted: (why) => restarts.push(why) });
		try {
			let last: Awaited<ReturnType<typeof runCell>> | undefined;
			for (const [index, { code, stdin }] of row.cells.entries()) {
				last = await runCell(group, code, { cellId: `cell-${index}` as CellId, stdin, limitMs: 40_000 });
			}
			const { seen, wanted } = comparable(last!, row);
			expect(seen).toEqual(wanted);
			// A process whose heap has grown is replaced too, MemoryError or not.
			if (row.expect.memory === true) expect(restarts).toContain('memory');
		} finally {
			group.close();
		}
	});
});

describe('calls', () => {
	let group: JobGroup;
	beforeAll(() => {
		group = pool.group(never);
	});
	afterAll(() => group.close());

	test.each(calls)('$id', async ({ call, expect: { result } }) => {
		const answer = await group.call(call.method as CallMethod, call.params, 40_000, never);
		expect(answer).toMatchObject({ ok: true });
		if (!answer.ok) return;
		if (result instanceof Object && !Array.isArray(result)) expect(answer.value).toMatchObject(result);
		else expect(answer.value).toEqual(result);
	});
});

describe('what no limit survives', () => {
	test.each(fatal)('$id', async ({ code }) => {
		const restarts: string[] = [];
		const group = pool.group(never, { restarted: (why) => restarts.push(why) });
		expect((await runCell(group, code, { limitMs: 40_000 })).end.status).toBe('crashed');
		expect(restarts).toEqual(['crashed']);
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});
});

test('a package is handed over when it is imported, a native one too', async () => {
	const group = pool.group(never);
	const code = [
		'from hypothesis import HealthCheck, given, settings, strategies as st',
		'tried = []',
		'@settings(max_examples=20, database=None, deadline=None, suppress_health_check=list(HealthCheck))',
		'@given(st.integers())',
		'def twice(n):',
		'    tried.append(n)',
		'    assert n + n == 2 * n',
		'twice()',
		'len(tried) > 5'
	].join('\n');
	expect(await runCell(group, code, { limitMs: 50_000 })).toMatchObject({
		end: { status: 'ok' },
		text: 'True'
	});
	group.close();
});

test.each([
	[
		'a call with a plain text',
		'import importlib\nimportlib.import_module("hypothesis").__name__',
		'hypothesis'
	],
	['a name that nobody could foresee', 'name = "hypothesis"\n__import__(name)', '`import hypothesis` stands']
])('a package that is imported by %s', async (_kind, code, part) => {
	const group = pool.group(never);
	const { end, text } = await runCell(group, code, { limitMs: 50_000 });
	expect(`${text} ${end.error?.cause?.why ?? ''}`).toContain(part);
	group.close();
});

test('loading a package takes nothing of the time of an explanation', async () => {
	const group = pool.group(never);
	const code = 'import hypothesis\n\ndef twice(n):\n    return n * 2\n\ntwice(4)\n';
	const answer = await group.call('explain', { code, context: [], stdin: [] }, 50_000, never);
	expect(answer).toMatchObject({ ok: true });
	expect(JSON.stringify(answer)).not.toContain('did not come to an end');
	expect(JSON.stringify(answer)).toContain('twice(4)');
	group.close();
});
