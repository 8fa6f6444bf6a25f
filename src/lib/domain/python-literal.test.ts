import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { equalPythonTexts, parsePythonLiteral } from './python-literal';
import { equalPython, type PyValue } from './python-value';

const Row = v.strictObject({ a: v.string(), b: v.string(), equal: v.nullable(v.boolean()) });
/** The kernel's own tests read the same table. */
const table = new URL('../runner/kernel/cases/equality.json', import.meta.url);
const rows = v.parse(v.array(Row), JSON.parse(readFileSync(table, 'utf8')));

describe('the table of cases', () => {
	test.each(rows.map(({ a, b, equal }) => [a, b, equal] as const))('%j and %j: %s', (a, b, equal) => {
		expect(equalPythonTexts(a, b) ?? null).toBe(equal);
		expect(equalPythonTexts(b, a) ?? null).toBe(equal);
	});
});

describe('more literals, each tried in Python', () => {
	test.each([
		["'\\777'", "'\\u01ff'"],
		["b'\\777'", "b'\\xff'"],
		["'\\1\\12\\1234'", "'\\x01\\nS4'"],
		["'\\a\\b\\f\\v\\t\\r\\\\\\\"'", "'\\x07\\x08\\x0c\\x0b\\x09\\x0d\\x5c\\x22'"],
		["b'\\u0041\\N'", "b'\\\\u0041\\\\N'"],
		["'\\\n'", "''"],
		["'''a''b\\''''", "\"a''b'\""],
		["R'\\''", '"\\\\\'"'],
		['\n1', '1'],
		['# one\n\n1 # two\n # three', '1'],
		['1\\\n+2j', '1+2j'],
		['\f1\f', '1'],
		['[\n# a\n1,\n\n2 # b\n]', '[1, 2]'],
		['(\n1\n)', '1'],
		['0_0', '0'],
		['0XF_F', '255'],
		['0b_1', '1'],
		['1_0e1_0', '1e11'],
		['09.5', '9.5'],
		['010j', '10j'],
		['(1)+(2j)', '1+2j'],
		['-(1)+2j', '-1+2j'],
		['{True: 1, 1.0: 2, 1+0j: 3}', '{True: 3}'],
		['{(1, 2), (True, 2.0)}', '{(1, 2)}'],
		['{nan, nan}', '{nan, nan}'],
		['{-0.0, 0}', '{0.0}'],
		["'\\U0001F600'", "'😀'"],
		['(((1,),),)', '(((1,),),)'],
		['1,', '(1,)'],
		['-9' + '0'.repeat(4_000), '-9' + '0'.repeat(4_000)]
	])('%j is %j', (a, b) => {
		expect(equalPythonTexts(a, b)).toBe(true);
	});

	test.each([
		'\n 1',
		'1\n 2',
		'\f 1',
		'\uFEFF1',
		'1 \\\n',
		'\\',
		'9'.repeat(4_301),
		'1' + '0'.repeat(400) + '+1j',
		'1+2j+3',
		'-(1+2j)',
		'1+-2j',
		'+(-1)',
		'1j+1',
		'1+nanj',
		"'\\N{BULLET}'",
		"'\\U00110000'",
		"'\\x'",
		"br'é'",
		"b'a' 'b'",
		"1 2 'a'",
		'True True',
		't"a"',
		"rb'a' f''",
		'Ｔrue',
		'1if 2else 3',
		'0o8',
		'0b2',
		'.',
		'. . .',
		'1_000_',
		'{1: 2,, }',
		'{**a}',
		'{(1, [])}',
		'{(1, {}): 1}',
		'set(())',
		'(1',
		'[1)',
		'\0',
		'\ud800',
		"'\ud800'",
		'['.repeat(201) + ']'.repeat(201),
		'-'.repeat(20_000) + '1'
	])('%j is none', (text) => {
		expect(parsePythonLiteral(text)).toBeUndefined();
	});
});

/** A value and its source in Python, written in one of several ways. */
const anyValue: fc.Arbitrary<PyValue> = fc.letrec<{ value: PyValue; key: PyValue }>((tie) => {
	const atom: fc.Arbitrary<PyValue> = fc.oneof(
		fc.constantFrom<PyValue>({ kind: 'none' }, { kind: 'ellipsis' }),
		fc.boolean().map((value) => ({ kind: 'bool' as const, value })),
		fc.bigInt().map((value) => ({ kind: 'int' as const, value })),
		fc.double().map((value) => ({ kind: 'float' as const, value })),
		fc.array(fc.nat(0x10_ff_ff), { maxLength: 5 }).map((points) => ({ kind: 'str' as const, points })),
		fc.array(fc.nat(255), { maxLength: 5 }).map((bytes) => ({ kind: 'bytes' as const, bytes }))
	);
	const many = (of: fc.Arbitrary<PyValue>) => fc.array(of, { maxLength: 4 });
	return {
		key: fc.oneof(
			{ maxDepth: 2 },
			atom,
			many(tie('key')).map((items) => ({ kind: 'tuple' as const, items }))
		),
		value: fc.oneof(
			{ maxDepth: 3 },
			atom,
			many(tie('value')).map((items) => ({ kind: 'list' as const, items })),
			many(tie('value')).map((items) => ({ kind: 'tuple' as const, items })),
			fc
				.array(fc.tuple(tie('key'), tie('value')), { maxLength: 1 })
				.map((entries) => ({ kind: 'dict' as const, entries })),
			tie('key').map((item) => ({ kind: 'set' as const, items: [item] }))
		)
	};
}).value;

function sourceOf(value: PyValue): string {
	switch (value.kind) {
		case 'none':
			return 'None';
		case 'ellipsis':
			return '...';
		case 'bool':
			return value.value ? 'True' : 'False';
		case 'int':
			return String(value.value);
		case 'float': {
			if (Number.isNaN(value.value)) return 'nan';
			if (!Number.isFinite(value.value)) return value.value > 0 ? 'inf' : '-inf';
			const text = String(value.value);
			return /[.e]/.test(text) ? text : `${Object.is(value.value, -0) ? '-0' : text}.0`;
		}
		case 'complex':
			return `${value.real}+${value.imaginary}j`;
		case 'str':
			return `'${value.points.map((point) => `\\U${point.toString(16).padStart(8, '0')}`).join('')}'`;
		case 'bytes':
			return `b'${value.bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;
		case 'tuple':
			return `(${value.items.map((item) => `${sourceOf(item)}, `).join('')})`;
		case 'list':
			return `[${value.items.map(sourceOf).join(', ')}]`;
		case 'set':
			return value.items.length === 0 ? 'set()' : `{${value.items.map(sourceOf).join(', ')}}`;
		case 'dict':
			return `{${value.entries.map(([key, item]) => `${sourceOf(key)}: ${sourceOf(item)}`).join(', ')}}`;
	}
}

describe('any value', () => {
	test('is read back from its source', () => {
		fc.assert(
			fc.property(anyValue, (value) => {
				const parsed = parsePythonLiteral(sourceOf(value));
				expect(parsed !== undefined && equalPython(parsed, value)).toBe(true);
			}),
			{ numRuns: 500 }
		);
	});

	test('equality is the same both ways', () => {
		fc.assert(
			fc.property(anyValue, anyValue, (a, b) => {
				expect(equalPython(a, b)).toBe(equalPython(b, a));
			})
		);
	});

	test('no text makes the parser throw', () => {
		const piece = fc.constantFrom(
			...'0123456789abxjeEru_+-.,:()[]{}\'"\\\n #'.split(''),
			'nan',
			'None',
			'set()',
			'é'
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary' }),
					fc.array(piece).map((pieces) => pieces.join(''))
				),
				(text) => {
					expect(() => parsePythonLiteral(text)).not.toThrow();
				}
			),
			{ numRuns: 1_000 }
		);
	});

	test('twenty thousand characters are read and compared in good time', () => {
		const items = Array.from({ length: 3_000 }, (_, index) => String(index));
		const start = performance.now();
		expect(equalPythonTexts(`{${items.join(', ')}}`, `{${items.toReversed().join(', ')}}`)).toBe(true);
		expect(parsePythonLiteral(`'${'\\x41'.repeat(5_000)}'`)).toBeDefined();
		expect(parsePythonLiteral("'a'".repeat(6_000))).toBeDefined();
		expect(parsePythonLiteral(`${'[1,'.repeat(150)}${']'.repeat(150)}`)).toBeDefined();
		expect(performance.now() - start).toBeLessThan(3_000);
	});
});
