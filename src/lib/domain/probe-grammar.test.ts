import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { parseProbe } from './probe-grammar';

const Row = v.strictObject({
	call: v.optional(v.string()),
	setup: v.optional(v.array(v.string())),
	names: v.array(v.string()),
	ok: v.boolean(),
	why: v.optional(v.string())
});
/** The kernel's own tests read the same table. */
const table = new URL('../runner/kernel/cases/probes.json', import.meta.url);
const rows = v.parse(v.array(Row), JSON.parse(readFileSync(table, 'utf8')));

describe('the table of cases', () => {
	test.each(rows.map((row) => [JSON.stringify({ setup: row.setup, call: row.call }), row] as const))(
		'%s',
		(_, { call, setup, names, ok, why }) => {
			const parsed = parseProbe(
				{ ...(call === undefined ? {} : { call }), ...(setup === undefined ? {} : { setup }) },
				new Set(names)
			);
			expect(parsed.ok ? { ok: true } : { ok: false, why: parsed.why }).toEqual(ok ? { ok } : { ok, why });
		}
	);
});

test('a probe comes apart into its parts', () => {
	const parsed = parseProbe(
		{ setup: ['c = Counter(start=-2)'], call: 'first(3, c.walk([1], len))' },
		new Set(['Counter'])
	);
	expect(parsed).toEqual({
		ok: true,
		setup: [
			{
				target: 'c',
				value: {
					kind: 'call',
					function: 'Counter',
					args: [],
					keywords: [{ name: 'start', value: { kind: 'literal', value: { kind: 'int', value: -2n } } }]
				}
			}
		],
		call: {
			kind: 'call',
			owner: 'c',
			function: 'walk',
			args: [
				{ kind: 'literal', value: { kind: 'list', items: [{ kind: 'int', value: 1n }] } },
				{ kind: 'name', name: 'len' }
			],
			keywords: [],
			around: { name: 'first', count: 3 }
		}
	});
});

test.each([
	['f(1)', true],
	['list(f(1))', true],
	['list(1)', false],
	['print(1)', false],
	['obj.method(x)', true],
	['obj._private(x)', false]
])('where the names are not known, %s is %s', (call, ok) => {
	expect(parseProbe({ call }, undefined).ok).toBe(ok);
});

test.each([
	'f(x=1, x=2)',
	'f(1, x=2, 3)',
	'f(True=1)',
	'f(if)',
	'f(,)',
	'f(1,,2)',
	'f.(1)',
	'f((1)',
	'f(\\',
	'f(1)\\'
])('%s is not Python', (call) => {
	expect(parseProbe({ call }, new Set(['f']))).toMatchObject({ ok: false, why: 'not-a-plain-call' });
});

test.each([
	['x = 1;', true],
	['(x) = 1', true],
	['x = 1, 2', true],
	['x = f(1)  # why', true],
	['f() = 1', false],
	['x == 1', false],
	['x = 1\ny = 2', false]
])('the setup line %s is %s', (line, ok) => {
	expect(parseProbe({ setup: [line] }, new Set(['f'])).ok).toBe(ok);
});

test('never throws, however odd or deep', () => {
	const piece = fc.constantFrom(
		'f',
		'(',
		')',
		'[',
		']',
		'{',
		'}',
		',',
		':',
		'.',
		'=',
		'+',
		'-',
		'1',
		"'a'",
		' ',
		'\n',
		'#',
		'\\',
		'x',
		'\0'
	);
	const anything = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
	);
	fc.assert(
		fc.property(anything, anything, (call, line) => {
			expect(typeof parseProbe({ call, setup: [line] }, new Set(['f'])).ok).toBe('boolean');
		}),
		{ numRuns: 1_000 }
	);
	for (const deep of [
		'('.repeat(2_000),
		'-'.repeat(2_000),
		'f('.repeat(900),
		'['.repeat(190),
		'{1:'.repeat(500),
		'a.'.repeat(900)
	]) {
		expect(parseProbe({ call: deep }, undefined).ok).toBe(false);
	}
});

test('where the cell’s names are not known, `first` may be ours or the cell’s own', () => {
	for (const call of ['first(3, walk(2))', 'first([1, 2])', 'first(3, tree.walk())']) {
		expect(parseProbe({ call }, undefined), call).toMatchObject({ ok: true });
	}
	expect(parseProbe({ call: 'first(3, walk(2), 1)' }, undefined)).toMatchObject({ ok: false });
	expect(parseProbe({ call: 'first(3, walk(2))' }, new Set(['first', 'walk']))).toMatchObject({ ok: false });
});
