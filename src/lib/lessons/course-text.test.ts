import { expect, it } from 'vitest';
import { parseLesson } from './parse';
import { textOf } from './course-text';

const body = `Before any heading.

## First *part*

> [Quoted](https://example.org) words

- one
- two \`code\`

\`\`\`{python}
#| id: guess
#| label: Guess
#| predict: true
print(42)
\`\`\`

It shows 42, which the page hides.

### Under it

| a | b |
|---|---|
| c | d |
`;

it('has the words that the page shows, under their headings, and none that it hides', async () => {
	const text = `---\ntitle: Words\nsummary: About them.\nlevel: beginner\nminutes: 5\n---\n\n${body}`;
	const parsed = await parseLesson({ path: '01-words/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	expect(textOf(parsed.lesson)).toEqual({
		id: 'words',
		language: 'en',
		title: 'Words',
		summary: 'About them.',
		parts: [
			{ text: 'Before any heading.' },
			{ heading: { id: 'first-part', title: 'First part' }, text: 'Quoted words one two code' },
			{ heading: { id: 'under-it', title: 'Under it' }, text: 'a b c d' }
		]
	});
});
