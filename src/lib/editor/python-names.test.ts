import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definedNames, pythonsOwn } from './python-names';

const labels = (code: string): string[] => definedNames(code).map(({ label }) => label);

describe('the names that a cell defines', () => {
	test.each([
		['a = b = 1', ['a', 'b']],
		['a, b = c, d', ['a', 'b']],
		['(a, [b, *c]) = d', ['a', 'b', 'c']],
		['a: int = 1', ['a']],
		['a += 1', []],
		['x.y = 1\nz[0] = 2', []],
		['for i, j in pairs:\n    k = i', ['i', 'j', 'k']],
		['if x:\n    y = 1\nelse:\n    z = 1', ['y', 'z']],
		['with open(f) as g, h as k:\n    pass', ['g', 'k']],
		['import math, os.path as p, a.b', ['math', 'p', 'a']],
		['from random import choice as c, randint', ['c', 'randint']],
		['(n := 3)', ['n']],
		['def f(a):\n    b = 1', ['f']],
		['class A(B):\n    c = 1\n    def d(self): pass', ['A']],
		['[a for a in b]\nlambda c: c', []],
		['print(a, end="")', []],
		['# a = 1\n"b = 2"', []],
		['größe = 1', ['größe']]
	])('in %j are %j', (code, expected) => {
		expect(labels(code)).toEqual(expected);
	});
	test('have a kind', () => {
		expect(definedNames('def f(): pass\nclass A: pass\nimport m\nx = 1')).toEqual([
			{ label: 'f', type: 'function' },
			{ label: 'A', type: 'class' },
			{ label: 'm', type: 'namespace' },
			{ label: 'x', type: 'variable' }
		]);
	});
	test('are read from anything that may stand in a cell', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('a', '=', '(', '[', 'def ', ':', '\n', '    ', 'import ', '.', ',')),
				(parts) => {
					const code = parts.join('');
					expect(labels(code).every((label) => code.includes(label))).toBe(true);
				}
			)
		);
	});
});

test('Python’s own are there once', () => {
	expect(new Set(pythonsOwn.map(({ label }) => label)).size).toBe(pythonsOwn.length);
});
