import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CellId } from '$lib/domain/ids';
import type { JobGroup } from '$lib/runner/node/group';
import type { NodePool } from '$lib/runner/node/pool';
import type { CallMethod } from '$lib/runner/protocol';
import { never, newPool, runCell } from './pool-under-test';

/** The tables that CPython, Pyodide, the browser and this runner all replay; their README says what a row means. */
const read = (name: string): unknown =>
	JSON.parse(readFileSync(path.resolve('src/lib/runner/kernel/cases', name), 'utf8'));

const Session = v.strictObject({
	id: v.string(),
	cells: v.array(v.strictObject({ code: v.string(), stdin: v.optional(v.array(v.string())) })),
	expect: v.strictObject({
		status: v.string(),
		stdout: v.optional(v.string()),
		stdoutChars: v.optional(v.number()),
		stderr: v.optional(v.string(), ''),
		display: v.optional(v.array(v.record(v.string(), v.string())), []),
		error: v.optional(
			v.strictObject({
				type: v.string(),
				line: v.optional(v.number()),
				cause: v.boolean(),
				frames: v.number()
			})
		),
		memory: v.optional(v.literal(true)),
		needsInput: v.optional(v.strictObject({ prompt: v.string(), secret: v.boolean() })),
		variables: v.number()
	})
});
const Call = v.strictObject({
	id: v.string(),
	call: v.strictObject({ method: v.string(), params: v.looseObject({}) }),
	expect: v.strictObject({ result: v.unknown() })
});
const rows = v.parse(v.array(v.union([Session, Call])), read('programs.json'));
const sessions = rows.flatMap((row) => ('cells' in row ? [row] : []));
const calls = rows.flatMap((row) => ('call' in row ? [row] : []));
const fatal = v.parse(v.array(v.strictObject({ id: v.string(), code: v.string() })), read('fatal.json'));

let pool: NodePool;
beforeAll(() => {
	pool = newPool({ warm: 2 });
});
afterAll(() => pool.close());

describe('sessions', () => {
	test.each(sessions)('$id', async ({ cells, expect: expected }) => {
		const restarts: string[] = [];
		const group = pool.group(never, { restarted: (why) => restarts.push(why) });
		try {
			let last: Awaited<ReturnType<typeof runCell>> | undefined;
			for (const [index, { code, stdin = [] }] of cells.entries()) {
				last = await runCell(group, code, { cellId: `cell-${index}` as CellId, stdin, limitMs: 40_000 });
			}
			const { end, outputs } = last!;
			const printed = (kind: 'stdout' | 'stderr'): string =>
				outputs.map((part) => (part.kind === kind ? part.text : '')).join('');
			const { error } = end;
			const { status, stdout, stdoutChars, stderr, display, variables } = expected;
			expect({
				// Here a run that has no answer left is stopped where it asks.
				status: end.needsInput === undefined ? end.status : status,
				stderr: printed('stderr'),
				display: outputs.flatMap((part) => (part.kind === 'display' ? [part.data] : [])),
				error: error && {
					type: error.type,
					...(error.line === undefined ? {} : { line: error.line }),
					cause: error.cause !== undefined,
					frames: error.frames.length
				},
				needsInput: end.needsInput,
				variables: end.variables
			}).toEqual({
				status,
				stderr,
				display,
				error: expected.error,
				needsInput: expected.needsInput,
				variables
			});
			// A process whose heap has grown is replaced too, MemoryError or not.
			if (expected.memory === true) expect(restarts).toContain('memory');
			if (stdout !== undefined) expect(printed('stdout')).toBe(stdout);
			if (stdoutChars !== undefined) expect(printed('stdout').length + end.truncated).toBe(stdoutChars);
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
