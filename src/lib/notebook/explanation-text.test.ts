import { marked } from 'marked';
import { execFileSync } from 'node:child_process';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Claim } from '$lib/domain/claim';
import type { ClaimStatus, ExplanationItem, ProsePart } from '$lib/ui/explanation';
import { claimAssert, claimCell, explanationMarkdown, explanationMdx } from './explanation-text';

const code = 'def half(n):\n    """Of `n`, and ```more```."""\n    return n / 2\n';
const claim = (made: object): Claim => v.parse(Claim, { id: 'e1', probe: { call: 'half(4)' }, ...made });
const returns = (expected: string, call = 'half(4)'): Claim =>
	claim({ kind: 'returns', probe: { call }, expect: expected });
const confirmed: ClaimStatus = { kind: 'confirmed' };
const text = (words: string): ProsePart => ({ kind: 'text', text: words });

const item: ExplanationItem = {
	author: 'Built-in explainer',
	isModel: false,
	isWriting: false,
	waitsFor: undefined,
	isStopped: false,
	remark: undefined,
	isRecalled: false,
	purpose: [
		{
			unchecked: false,
			parts: [text('It halves '), { kind: 'code', text: 'n' }, text(' (a *number* in {braces}). ')]
		},
		{ unchecked: true, parts: [text('It is always 5.')] }
	],
	steps: [
		{
			from: 3,
			to: 3,
			sentences: [
				{
					unchecked: false,
					parts: [
						text('It gives '),
						{ kind: 'slot', item: { claim: returns('2.0'), status: confirmed } },
						text('.')
					]
				}
			]
		}
	],
	examples: [
		{ claim: returns('2.0'), status: confirmed },
		{
			claim: returns('3.0', 'half(5)'),
			status: { kind: 'contradicted', actual: { kind: 'value', value: '2.5' } }
		}
	],
	edgeCases: [
		{
			claim: claim({ kind: 'raises', probe: { call: 'half("a`b")' }, expect: { type: 'TypeError' } }),
			status: confirmed,
			why: 'A text cannot be halved.'
		}
	],
	notes: {},
	begun: { purpose: true, steps: true, examples: true, edgeCases: true },
	progress: { checked: 4, confirmed: 3, all: 4 },
	running: false,
	stale: false,
	trouble: undefined
};

describe('an explanation as text', () => {
	const written = explanationMarkdown(item, code);

	test('has its four headings, the code, and each verdict', () => {
		expect(written.match(/^## .*$/gm)).toEqual([
			'## Purpose',
			'## Step-by-Step Breakdown',
			'## Example Execution',
			'## Edge Cases'
		]);
		expect(written).toContain('````python\n' + code + '````');
		expect(written).toContain('1. **line 3:** It gives `2.0`.');
		expect(written).toContain('- `half(4)` → `2.0`: **confirmed**');
		expect(written).toContain('- `half(5)` → `3.0`: **contradicted** – Your code gives 2.5.');
		expect(written).toContain('It is always 5. (not checked)');
		expect(written).toContain(
			'- ``half("a`b")`` raises TypeError: **confirmed**\n  A text cannot be halved.'
		);
		expect(written).toContain('*Built-in explainer · 3 of 4 confirmed by running your code*');
	});

	test('reads as what it says: marks in the words are words', () => {
		const shown = marked.parse(written, { async: false });
		expect(shown).toContain('a *number* in {braces}');
		expect(shown.match(/<h2>/g)).toHaveLength(4);
		expect(shown.match(/<li>/g)).toHaveLength(4);
	});

	test('for pages of components, braces and brackets are no expressions', () => {
		const mdx = explanationMdx(item, code);
		expect(mdx).toContain('<CodeBlock language="python">\n\n````python\n');
		expect(mdx).toContain('<ChainOfThought>\n\n1. **line 3:**');
		expect(mdx).toContain('<Example verdict="contradicted">\n\n- `half(5)`');
		expect(mdx).toContain('in \\{braces\\}');
		for (const name of ['CodeBlock', 'ChainOfThought', 'Example'])
			expect(mdx.match(new RegExp(`<${name}\\b`, 'g'))).toHaveLength(
				mdx.match(new RegExp(`</${name}>`, 'g'))?.length ?? -1
			);
	});
});

describe('a claim as an assertion', () => {
	const python = (() => {
		try {
			execFileSync('python3', ['--version']);
			return 'python3';
		} catch {
			return undefined;
		}
	})();
	const source =
		'def half(n):\n    return n / 2\ndef same(x):\n    return x\ndef shout(word):\n    print(word.upper() + "!")\ndef get(d, k):\n    return d[k]\ndef ones():\n    while True:\n        yield 1\nclass Late(LookupError):\n    pass\ndef late():\n    raise Late("so late")\n';
	const run = (statement: string): 'holds' | 'fails' => {
		try {
			execFileSync(python ?? '', ['-c', `${source}\n${statement}`], { stdio: 'ignore' });
			return 'holds';
		} catch {
			return 'fails';
		}
	};
	const [call, other] = ['same("a\\"b")', 'same(True)'];
	const cases: [name: string, right: Claim, wrong: Claim][] = [
		['a float', returns('0.33333333333', 'half(0.66666666666)'), returns('0.4', 'half(0.7)')],
		['a text', returns(`'a"b'`, call), returns(`'ab'`, call)],
		['True and not 1', returns('True', other), returns('False', other)],
		['1 for True', returns('1', 'same(1)'), returns('True', 'same(1)')],
		[
			'an exception',
			claim({ kind: 'raises', probe: { call: 'get({}, 1)' }, expect: { type: 'KeyError', message: '1' } }),
			claim({ kind: 'raises', probe: { call: 'get({1: 2}, 1)' }, expect: { type: 'KeyError' } })
		],
		[
			'what is printed',
			claim({ kind: 'prints', probe: { call: 'shout("hi 雪")' }, expect: 'HI 雪!' }),
			claim({ kind: 'prints', probe: { call: 'shout("hi")' }, expect: 'hi!' })
		],
		[
			'with lines before it',
			claim({ kind: 'returns', probe: { setup: ['x = [1]'], call: 'same(x)' }, expect: '[1]' }),
			claim({ kind: 'returns', probe: { setup: ['x = [1]'], call: 'same(x)' }, expect: '[2]' })
		],
		['the first items', returns('[1, 1]', 'first(2, ones())'), returns('[1, 2]', 'first(2, ones())')],
		[
			'an exception of the code’s own',
			claim({
				kind: 'raises',
				probe: { call: 'late()' },
				expect: { type: 'LookupError', message: 'so late' }
			}),
			claim({ kind: 'raises', probe: { call: 'late()' }, expect: { type: 'Later' } })
		],
		[
			'its own type by name',
			claim({ kind: 'raises', probe: { call: 'late()' }, expect: { type: 'Late' } }),
			claim({ kind: 'raises', probe: { call: 'late()' }, expect: { type: 'Late', message: 'early' } })
		]
	];

	test.for(cases)('%s', { timeout: 60_000 }, ([, right, wrong], { skip }) => {
		skip(python === undefined, 'there is no python3 here to run it');
		expect([run(claimAssert(right, source) ?? ''), run(claimAssert(wrong, source) ?? '')]).toEqual([
			'holds',
			'fails'
		]);
	});

	test('there is none for what only a trace can see, and for a whole script', () => {
		const traced = claim({ kind: 'count', line: 2, expect: 3 });
		const script = claim({ kind: 'prints', probe: { stdin: ['a'] }, expect: 'a' });
		expect([traced, script].map((one) => claimAssert(one, source))).toEqual([undefined, undefined]);
	});

	test('as a cell of its own it is the call, in words that Python knows', () => {
		expect(claimCell(returns('[1]', 'first(1, ones())'), source)).toBe(
			'import itertools\nlist(itertools.islice(ones(), 1))'
		);
		const own = 'def first(n, items):\n    return items[n]\n';
		expect(claimCell(returns('2', 'first(1, [1, 2])'), own)).toBe('first(1, [1, 2])');
		expect(
			claimCell(
				claim({ kind: 'returns', probe: { setup: ['x = [1]'], call: 'same(x)' }, expect: '[1]' }),
				source
			)
		).toBe('x = [1]\nsame(x)');
		expect(
			claimCell(claim({ kind: 'prints', probe: { stdin: ['a'] }, expect: 'a' }), source)
		).toBeUndefined();
	});
});
