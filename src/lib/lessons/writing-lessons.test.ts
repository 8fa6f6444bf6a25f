import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ContentHash } from '$lib/domain/ids';
import { Lesson, LessonFileName } from '$lib/domain/lesson';
import { optionNames } from './cell-options';
import { keys } from './front-matter';
import { lexPlain } from './lexer';
import { parseLesson } from './parse';
import { blockNames } from './prose';

const guide = readFileSync(new URL('../../../docs/writing-lessons.md', import.meta.url), 'utf8');
const tokens = lexPlain(guide);
const examples = (Array.isArray(tokens) ? tokens : []).flatMap((token) =>
	token.type === 'code' && token.lang === 'markdown' ? [token.text] : []
);
const files = ['drawer.svg', 'towns.csv'].map((name) => ({
	name: v.parse(LessonFileName, name),
	bytes: 1,
	hash: v.parse(ContentHash, '0'.repeat(64))
}));

describe('the guide for authors', () => {
	test('has examples', () => {
		expect(examples.length).toBeGreaterThan(12);
	});

	test.each(examples)('shows what is a lesson: %s', async (example) => {
		const text = example.startsWith('---') ? example : `---\ntitle: T\nsummary: S\n---\n${example}`;
		const parsed = await parseLesson({ path: '01-a/index.md', text, files });
		expect(parsed).toMatchObject({ ok: true });
		if (parsed.ok) expect(v.parse(Lesson, parsed.lesson)).toEqual(parsed.lesson);
	});

	test('names every option of a cell, every key of the front matter and every block', () => {
		for (const name of optionNames) expect(guide).toMatch(new RegExp(`^\\| \`${name}: `, 'm'));
		for (const key of keys) expect(guide).toMatch(new RegExp(`^\\| \`${key}\` `, 'm'));
		for (const name of blockNames) expect(guide).toMatch(new RegExp(`\`${name}\`|::: \\{\\.${name}[ }]`));
	});
});
