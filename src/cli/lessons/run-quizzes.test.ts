import { expect, it } from 'vitest';
import type { Quiz } from '$lib/domain/lesson';
import { parseLesson } from '$lib/lessons/parse';
import { codeOf, compareOptions } from './run-quizzes';

async function quizOf(question: string, right: string, attributes = ''): Promise<Quiz> {
	const text = `---\ntitle: A\nsummary: B\n---\n\n::: {.quiz #what${attributes}}\n${question}\n\n- [x] ${right}\n  > Yes.\n- [ ] \`9\`\n  > No.\n\n:::\n`;
	const parsed = await parseLesson({ path: '01-a/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const [quiz] = parsed.lesson.blocks.flatMap((block) => (block.kind === 'quiz' ? [block.quiz] : []));
	if (quiz === undefined) throw new Error('There is no quiz.');
	return quiz;
}

const fence = '```python\nprint(1)\n```';

it.each([
	[`What does this show?\n\n${fence}`, '', 'print(1)'],
	[`Look. What will be printed?\n\n${fence}`, '', 'print(1)'],
	[`Which line shows it?\n\n${fence}`, '', undefined],
	[`What does this show?\n\n${fence}\n\n${fence}`, '', undefined],
	[`What does this show?\n\n\`\`\`text\n1\n\`\`\``, '', undefined],
	[`What does this show?\n\n${fence}`, ' multiple="true"', undefined],
	['What does `print(1)` show?', '', undefined]
])('reads what %j asks about', async (question, attributes, code) => {
	expect(codeOf(await quizOf(question, '`1`', attributes))).toBe(code);
});

const raised = 'is not what its code shows';
it.each([
	['`1`', '1\n', undefined, undefined],
	['`2`', '1\n', undefined, raised],
	['`1`', '1\n2\n', undefined, raised],
	['`1` and then `2`', '1\n2\n', undefined, undefined],
	['`1` and then `3`', '1\n2\n', undefined, raised],
	['An empty line', '\n', undefined, undefined],
	['`1`, and then an error', '1\n', 'NameError', undefined],
	['A `NameError`', '', 'NameError', undefined],
	['A `TypeError`', '', 'NameError', raised],
	['`1`', '1\n', 'NameError', raised],
	['Something else', '9\n', undefined, 'counts as wrong']
])('holds %s to %j', async (right, text, error, what) => {
	const told: string[] = [];
	compareOptions(await quizOf('What?', right), { text, error }, 3, (_, said) => void told.push(said));
	expect(told).toEqual(what === undefined ? [] : [expect.stringContaining(what)]);
});
