import { expect, test } from 'vitest';
import { parseLesson } from '$lib/lessons/parse';
import { sourceLines } from './source-lines';
import { checkTaught, formsIn } from './taught-syntax';

test.each([
	['"fine" if True else 0', ['`… if … else …` in one line']],
	['if a:\n    b\nelif c:\n    d\nelse:\n    e', ['`elif`', '`else`', '`if`']],
	['for x in [1]:\n    x += 1', ['`+=`', '`for`', 'a list', 'an assignment such as `+=`']],
	['a in b and c // 2 >= 1', ['`//`', '`>=`', '`and`', '`in`']],
	['[x for x in y]', ['a list comprehension']],
	['return sum(prices) / ___', ['`/`', '`return`']],
	['f"{x}" + "y"', ['`+`', 'an f-string']],
	['print(greet("Ada"))', []],
	['total = (', ['a tuple']]
])('the forms of %j', (code, forms) => {
	expect([...formsIn(code)].toSorted()).toEqual(forms);
});

async function notes(body: string, level = 'beginner', before: string[] = []): Promise<string[]> {
	const text = `---\ntitle: T\nsummary: S\nlevel: ${level}\n---\n${body}`;
	const parsed = await parseLesson({ path: '01-a/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const told: string[] = [];
	checkTaught(parsed.lesson, new Set(before), sourceLines(text, []), (line, what, more) =>
		told.push(`${line} ${what} ${more?.got ?? ''}`)
	);
	return told;
}

const exercise = (solution: string): string =>
	`\`\`\`{python}\n#| exercise: e\nprice = 1\n\`\`\`\n\n::: {.solution exercise="e"}\n\`\`\`python\n${solution}\n\`\`\`\n:::\n`;

test('a solution needs nothing that was not shown above it or before', async () => {
	const solution = exercise('if price > 2:\n    price = 0');
	const told = ['11 The solution of “e” uses what nothing above it has shown. `if`, `>`'];
	expect(await notes(solution)).toEqual(told);
	expect(await notes(`${solution}\n\`\`\`python\nif a > b:\n    c\n\`\`\`\n`)).toEqual(told);
	expect(await notes(`\`\`\`{python}\n#| id: a\nif 3 > 2:\n    1\n\`\`\`\n\n${solution}`)).toEqual([]);
	expect(
		await notes(
			`Ask with \`if\`, and compare: \`3 > 2\`.\n\n\`\`\`python\nif a:\n    b\n\`\`\`\n\n${solution}`
		)
	).toEqual([]);
	expect(await notes(solution, 'beginner', ['`if`', '`>`'])).toEqual([]);
	expect(await notes(solution, 'advanced')).toEqual([]);
});
