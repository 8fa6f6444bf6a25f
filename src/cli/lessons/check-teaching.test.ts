import { expect, it } from 'vitest';
import { parseLesson } from '$lib/lessons/parse';
import { checkTeaching } from './check-teaching';
import type { Finding } from './finding';
import { sourceLines } from './source-lines';

const cell = (id: string, lines = 1): string =>
	`\`\`\`{python}\n#| id: ${id}\n#| predict: true\n${'print(1)\n'.repeat(lines)}\`\`\`\n`;
const quiz = (id: string): string =>
	`::: {.quiz #${id}}\nWhat is two?\n\n- [x] 2\n  > It is.\n- [ ] 3\n  > It is more.\n\n:::\n`;
const hint = (text: string): string => `::: {.hint exercise="share"}\n${text}\n:::\n`;
const solution = '```python\nbill = 4\n\nprint(bill)\n```';

const message = 'Your `bill` is 3. Which value should it hold?';
const mistake = `::: {.mistake #three exercise="share" belief="three"}
${message}

\`\`\`python
bill = 3
\`\`\`

:::
`;
const hints = [
	'What should the bill be?',
	'**Set** the bill. With a price: `price = 9`.',
	'```python\nbill = ___\n```'
];
const good = `---
title: A bill
summary: Share it.
---

${quiz('recall-one')}
${quiz('recall-two')}
${cell('one', 7)}
${cell('two')}
${cell('three')}
\`\`\`{python}
#| exercise: share
bill = 3
\`\`\`

${hints.map(hint).join('\n')}
::: {.solution exercise="share"}
${solution}
:::

${mistake}
\`\`\`{python}
#| exercise: share
#| check: true
expect_value("bill", 4)
\`\`\`
`;

async function findings(text: string, isFirst = false): Promise<Omit<Finding, 'path'>[]> {
	const parsed = await parseLesson({ path: '02-bill/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const found: Omit<Finding, 'path'>[] = [];
	checkTeaching(
		parsed.lesson,
		{ isFirst },
		sourceLines(text, []),
		(line, what, { kind = 'problem', ...more } = {}) => void found.push({ line, what, kind, ...more })
	);
	return found;
}

const lineOf = (text: string, start: string): number =>
	text.split('\n').findIndex((line) => line.startsWith(start)) + 1;

it('has nothing to say of a lesson that keeps to it all', async () => {
	expect(await findings(good)).toEqual([]);
});

it.each([
	['a long cell', 'note', cell('one', 7), cell('one', 8), '```{python}', /“one” is long/, '8'],
	['few guesses', 'note', cell('two'), '', '', /ask for a guess/, '2'],
	['no recall', 'note', quiz('recall-one'), '', '', /lessons before/, '1'],
	['few hints', 'note', hint('What should the bill be?'), '', '::: {.solution', /few hints/, '2'],
	[
		'code in the first hint',
		'problem',
		'What should the bill be?',
		'> Look at\n>\n> ```python\n> bill = ___\n> ```',
		'::: {.hint',
		/first hint of “share” shows code/,
		undefined
	],
	[
		'a hint that is the solution',
		'problem',
		'**Set** the bill. With a price: `price = 9`.',
		'- so:\n  ```python\n  # The answer\n  bill = 4\n  print(bill)\n  ```',
		'::: {.hint',
		/Hint 2 of “share” is the solution/,
		undefined
	],
	['no mistake', 'note', mistake, '', '::: {.solution', /foresees no mistake/, undefined],
	[
		'a long message',
		'problem',
		message,
		`${message} Look. Think. Try.`,
		'::: {.mistake',
		/message of “three” is long/,
		'5'
	],
	['a vague message', 'problem', message, 'Think again.', '::: {.mistake', /names nothing/, undefined],
	[
		'a message that talks down',
		'problem',
		message,
		`${message} It is Easy.`,
		'::: {.mistake',
		/says “Easy”/,
		undefined
	],
	[
		'long sentences',
		'problem',
		quiz('recall-one'),
		`${'We go on and on about a bill that a friend of ours has to pay today. '.repeat(90)}\n\n${quiz('recall-one')}`,
		'',
		/sentences are long/,
		expect.stringMatching(/^1[45]\./)
	]
] as const)('tells of %s', async (_, kind, from, to, at, what, got) => {
	expect(good.split(from)).toHaveLength(2);
	const text = good.replace(from, to);
	const found = await findings(text);
	expect(found).toHaveLength(1);
	const second = what.source.startsWith('Hint 2');
	const line =
		at === '' ? 5 : lineOf(text, at) + (second ? lineOf(text.slice(text.indexOf(at) + 1), at) - 1 : 0);
	expect(found[0]).toMatchObject({ kind, line, what: expect.stringMatching(what) as string });
	if (got !== undefined) expect(found[0]?.got).toEqual(got);
});

it('asks no recall of the first lesson, and no English of another language', async () => {
	expect(await findings(good.replace(quiz('recall-one'), ''), true)).toEqual([]);
	const german = good
		.replace('title: A bill', 'title: A bill\nlanguage: de')
		.replace(message, `${message} Just so.`);
	expect(await findings(german)).toEqual([]);
});
