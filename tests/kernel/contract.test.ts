import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Claim } from '$lib/domain/claim';
import { claimsOf, Explanation } from '$lib/domain/explanation';
import { Facts } from '$lib/domain/facts';
import { parseProbe } from '$lib/domain/probe-grammar';
import { Outcome } from '$lib/domain/verdict';
import { segmentsOf } from '$lib/tutor/prose';
import { loadKernel } from './pyodide';

/** What the kernel says in Python against what the page reads in TypeScript, in the Python that learners use. */
let ask: <T>(schema: v.GenericSchema<unknown, T>, method: string, params: object) => T;

beforeAll(async () => {
	const pyodide = await loadKernel();
	const bridge = pyodide.pyimport('procoder.bridge') as { call(method: string, params: string): string };
	const answer = v.variant('ok', [
		v.strictObject({ ok: v.literal(true), result: v.unknown() }),
		v.strictObject({ ok: v.literal(false), error: v.strictObject({ type: v.string(), message: v.string() }) })
	]);
	ask = (schema, method, params) => {
		const reply = v.parse(answer, JSON.parse(bridge.call(method, JSON.stringify(params))));
		if (!reply.ok) throw new Error(`${method}: ${reply.error.type}: ${reply.error.message}`);
		return v.parse(schema, reply.result);
	};
});

const submission = (code: string) => ({ code, context: [], stdin: [] });

const programs: Record<string, string> = {
	'a function of numbers': 'def area(width, height):\n    return width * height\n\narea(3, 4)',
	'a function of text':
		'def initials(first, last):\n    return first[0] + last[0]\n\ninitials("Ada", "Lovelace")',
	'a function of a list':
		'def largest(numbers):\n    best = numbers[0]\n    for number in numbers:\n        if number > best:\n            best = number\n    return best\n\nlargest([3, 9, 4])',
	'a function that was never called': 'def is_even(n):\n    return n % 2 == 0',
	recursion: 'def factorial(n):\n    if n <= 1:\n        return 1\n    return n * factorial(n - 1)',
	'a generator': 'def countdown(n):\n    while n > 0:\n        yield n\n        n -= 1',
	'a class':
		'class Counter:\n    def __init__(self):\n        self.count = 0\n    def add(self, n):\n        self.count += n\n        return self.count',
	'a script': 'total = 0\nfor n in [1, 2, 3]:\n    total += n\nprint(total)',
	'a script that says nothing': 'x = 1',
	'nothing at all': '',
	'broken code': 'def f(:\n    return',
	'a program that never ends': 'while True:\n    pass',
	chance: 'import random\ndef roll():\n    return random.random()',
	'a question': 'name = input("Name? ")\nprint("Hello", name)',
	'a NUL and a lone surrogate': 'text = "a\u0000b"\nother = "\ud800"'
};

describe('what the kernel says fits what the page reads', () => {
	for (const [name, code] of Object.entries(programs)) {
		test(name, () => {
			ask(Facts, 'facts', submission(code));
			const explanation = ask(Explanation, 'explain', submission(code));
			expect(explanation.purpose.text).not.toBe('');
			for (const claim of claimsOf(explanation)) {
				expect(parseProbe(claim.probe, undefined), JSON.stringify(claim.probe)).toMatchObject({ ok: true });
				const outcome = ask(Outcome, 'verify', { claim, ...submission(code) });
				expect(outcome, JSON.stringify(claim)).toEqual({ kind: 'confirmed' });
			}
			// No section is empty without saying why.
			if (explanation.examples.length === 0) expect(explanation.notes?.examples ?? '').not.toBe('');
			if (explanation.edgeCases.length === 0) expect(explanation.notes?.edgeCases ?? '').not.toBe('');
			// No sentence of its own states a value that was not run.
			for (const prose of [explanation.purpose, ...explanation.steps]) {
				for (const sentence of segmentsOf(prose, code)) expect(sentence.unchecked, prose.text).toBe(false);
			}
		});
	}

	test('functions of numbers, texts and lists get at least two examples each, and edge cases', () => {
		for (const name of ['a function of numbers', 'a function of text', 'a function of a list'] as const) {
			const explanation = ask(Explanation, 'explain', submission(programs[name] ?? ''));
			expect(explanation.examples.length, name).toBeGreaterThanOrEqual(2);
			expect(explanation.edgeCases.length, name).toBeGreaterThanOrEqual(1);
		}
	});
});

describe('a claim gets the verdict that running it gives', () => {
	const code = [
		'import random',
		'def double(n):',
		'    return n * 2',
		'def hang():',
		'    while True:',
		'        try:',
		'            while True: pass',
		'        except BaseException: pass',
		'def roll():',
		'    return random.random()',
		'def fail(n):',
		'    raise KeyError(n)'
	].join('\n');
	const claim = (call: string, kind: Claim['kind'], expected: unknown): object => ({
		id: 'c1',
		kind,
		probe: { call },
		expect: expected
	});
	const outcome = (of: object, extra = {}) =>
		ask(Outcome, 'verify', { claim: of, ...submission(code), ...extra });

	test('true', () => expect(outcome(claim('double(4)', 'returns', '8'))).toEqual({ kind: 'confirmed' }));
	test('false', () =>
		expect(outcome(claim('double(4)', 'returns', '9'))).toEqual({
			kind: 'contradicted',
			actual: { kind: 'value', value: '8' }
		}));
	test('equal only to the eye', () => {
		expect(outcome(claim('double(4)', 'returns', '8.0'))).toMatchObject({ kind: 'contradicted' });
		expect(outcome(claim('double(4)', 'returns', "'8'"))).toMatchObject({ kind: 'contradicted' });
		expect(outcome(claim('double(True)', 'returns', 'True'))).toMatchObject({ kind: 'contradicted' });
	});
	test('raising where a value was claimed', () =>
		expect(outcome(claim('fail(1)', 'returns', '1'))).toMatchObject({
			kind: 'raised',
			error: { type: 'KeyError' }
		}));
	test('raising as claimed, a base class included', () => {
		expect(outcome(claim('fail(1)', 'raises', { type: 'KeyError' }))).toEqual({ kind: 'confirmed' });
		expect(outcome(claim('fail(1)', 'raises', { type: 'LookupError' }))).toEqual({ kind: 'confirmed' });
		expect(outcome(claim('fail(1)', 'raises', { type: 'ValueError' }))).toMatchObject({
			kind: 'contradicted'
		});
	});
	test('endless, though it swallows every interrupt', () =>
		expect(outcome(claim('hang()', 'returns', '1'), { budget: { steps: 20_000, seconds: 2 } })).toEqual({
			kind: 'timed-out'
		}));
	test('random', () =>
		expect(outcome(claim('roll()', 'returns', '0.5'))).toMatchObject({ kind: 'non-deterministic' }));
	test.each([
		'__import__("os").system("true")',
		'double(__import__("os"))',
		'double((lambda: 4)())',
		'double(4).__class__',
		'(x := double(4))',
		'double(4) if True else 0',
		'double(*[4])',
		'[double(n) for n in [4]]',
		'double(4); double(5)',
		'exec("1")',
		'this is not Python',
		''
	])('not a plain call: %s', (call) =>
		expect(outcome(claim(call, 'returns', '8'))).toMatchObject({ kind: 'not-checkable' })
	);
	test('what one claim breaks the next one does not feel', () => {
		const vandal =
			'import builtins, json\ndef wreck():\n    builtins.len = None\n    json.dumps = None\n    builtins.print = None\n    return 1';
		const params = { ...submission(vandal) };
		expect(ask(Outcome, 'verify', { claim: claim('wreck()', 'returns', '1'), ...params })).toEqual({
			kind: 'confirmed'
		});
		expect(outcome(claim('double(4)', 'returns', '8'))).toEqual({ kind: 'confirmed' });
		expect(outcome(claim('double(4)', 'returns', '9'))).toMatchObject({ kind: 'contradicted' });
	});
});
