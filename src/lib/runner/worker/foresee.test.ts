import { expect, test } from 'vitest';
import { importOf } from './foresee';

const imports = importOf(['hypothesis', '_hypothesis_globals']);
/** As a cell's own text, and inside the JSON of a call. */
const isSeen = (code: string): boolean[] => [imports.test(code), imports.test(JSON.stringify({ code }))];

test.each([
	'import hypothesis',
	'import math, hypothesis',
	'try:\n\timport hypothesis\nexcept ImportError: pass',
	'x = 1\nfrom hypothesis import given',
	'if True: import hypothesis.strategies as st',
	'import importlib\nhypothesis = importlib.import_module("hypothesis")',
	"from importlib import import_module\nimport_module('hypothesis.strategies')",
	'import_module(\n\tname = "hypothesis")',
	'__import__("hypothesis")',
	"_hypothesis_globals = __import__( '_hypothesis_globals' )",
	'import math, \\\n\thypothesis',
	'import math,\\\r\nhypothesis',
	"exec('import hypothesis')",
	'exec("\timport hypothesis")'
])('is seen: %s', (code) => expect(isSeen(code)).toEqual([true, true]));

test.each([
	'hypothesis = 1',
	'import math',
	'import hypothesis_of_mine',
	'name = "hypothesis"\n__import__(name)',
	'my__import__("hypothesis")'
])('is not seen: %s', (code) => expect(isSeen(code)).toEqual([false, false]));

const megabyte = 1024 * 1024;
test.each([
	['empty lines', '\n'],
	['spaces', ' '],
	['lines with blanks', '\n \t'],
	['line breaks of JSON', String.raw`\n`],
	['tabs of JSON', String.raw`\n\t`],
	['backslashes', String.raw`\ `.trim()],
	['imports in one line', ':import '],
	['imports after imports', ';import x, '],
	['imports that go on', 'import \\\n'],
	['imports that go on in JSON', String.raw`import \\\n`],
	['calls that are none', 'import_module( '],
	['calls with a name', 'import_module(name = '],
	['quotation marks', `"'`]
])('a megabyte of %s is read at once', (_name, piece) => {
	const code = piece.repeat(megabyte / piece.length);
	const startedAt = performance.now();
	expect(imports.test(code)).toBe(false);
	expect(imports.test(`import x${code}`)).toBe(false);
	// Quadratic work would take hours; a busy machine takes some hundred milliseconds.
	expect(performance.now() - startedAt).toBeLessThan(5_000);
});
