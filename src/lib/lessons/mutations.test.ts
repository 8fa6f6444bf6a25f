import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ContentHash } from '$lib/domain/ids';
import { Lesson, LessonFileName, LessonProblem, PublicLesson } from '$lib/domain/lesson';
import { lexPlain } from './lexer';
import { parseLesson } from './parse';
import { toPublic } from './public';

/*
 * Lesson files damaged in every way that typing, merging and malice have: each must be a lesson or problems that point into the file,
 * and quickly. Case n of a seed is always the same file; a failure names both. PROCODER_SEED repeats a run, PROCODER_LONG makes all.
 */

const root = new URL('../../../', import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const guideTokens = lexPlain(readText('docs/writing-lessons.md'));
const guide = (Array.isArray(guideTokens) ? guideTokens : []).flatMap((token) =>
	token.type === 'code' && token.lang === 'markdown' ? [token.text] : []
);
/** The lessons of the course, and one lesson with every construct of the guide. */
const originals = [
	...readdirSync(new URL('lessons/', root)).map((folder) => readText(`lessons/${folder}/index.md`)),
	`---\ntitle: All\nsummary: Of it\n---\n${guide.filter((example) => !example.startsWith('---')).join('\n\n')}\n`
];
const pictures = readdirSync(new URL('lessons/', root)).flatMap((folder) =>
	readdirSync(new URL(`lessons/${folder}/`, root)).filter((name) => name.endsWith('.svg'))
);
const files = ['drawer.svg', 'towns.csv', ...pictures].map((name) => ({
	name: v.parse(LessonFileName, name),
	bytes: 1,
	hash: v.parse(ContentHash, '0'.repeat(64))
}));

const all = 10_000;
const some = 300;
const seed = Number(process.env['PROCODER_SEED'] ?? randomInt(2 ** 31));

/** Numbers below a bound that only the seed decides: mulberry32. */
function dice(from: number): (below: number) => number {
	let state = from >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

const snippets = [
	'---',
	'```',
	'````',
	'~~~',
	'```{python}',
	'```{python',
	'{python}',
	'#|',
	'#| id:',
	'#| id: 🍲',
	'#| id: greet',
	'#| exercise: share',
	'#| exercise: [share, ]',
	'#| blanks: true',
	'#| predict: true',
	'#| setup: true',
	'#| check: true',
	'#| files: [../../etc/passwd]',
	'#| timelimit: -1',
	'#| timelimit: 1e9',
	':::',
	'::::::',
	'::: {.hint exercise="share"}',
	'::: {.solution}',
	'::: {.quiz #q}',
	'::: {',
	'::: }',
	'::: {.callout-note collapse="maybe"}',
	'::: {.mistake #__proto__ exercise="constructor"}',
	'- [ ] a',
	'- [x] b',
	'  > reply',
	'> ',
	'- ',
	'    ',
	'\t',
	'\0',
	'\ud800',
	'\uFEFF',
	'\u2028',
	'\u202e',
	'\r',
	'\r\n',
	'שלום',
	'[^a]',
	'[^a]: b',
	'[^list]:',
	'$',
	'$$',
	'$a$',
	'<!--',
	'-->',
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'[x](javascript:alert(1))',
	'[x](lesson:../../a)',
	'[x](lesson:)',
	'![x](../secret.png)',
	'![x](/etc/passwd)',
	'![x](drawer.svg)',
	'[',
	']',
	'(',
	')',
	'*'.repeat(50),
	'`'.repeat(50),
	'['.repeat(200),
	'> '.repeat(60),
	'- '.repeat(60),
	'&#0;',
	'&#xD800;',
	'|',
	'|-|',
	'title: &a [*a]',
	'? ',
	'!!js/function',
	'{',
	'}',
	'"',
	"'",
	'\\',
	'___',
	'______',
	' '.repeat(300),
	'é'.repeat(300)
];

type Change = (text: string, roll: (below: number) => number) => string;
const between = (text: string, from: number, to: number, put: string): string =>
	text.slice(0, from) + put + text.slice(to);
const onLines =
	(change: (lines: string[], at: number, roll: (below: number) => number) => void): Change =>
	(text, roll) => {
		const lines = text.split('\n');
		change(lines, roll(lines.length), roll);
		return lines.join('\n');
	};
const snippet = (roll: (below: number) => number): string => snippets[roll(snippets.length)] ?? '';
const changes: readonly Change[] = [
	(text, roll) => {
		const at = roll(text.length + 1);
		return between(text, at, at, snippet(roll));
	},
	(text, roll) => {
		const at = roll(text.length + 1);
		return between(text, at, at + roll(80), '');
	},
	(text, roll) => {
		const at = roll(text.length + 1);
		return between(text, at, at + 1, String.fromCodePoint(32 + roll(0x3000)));
	},
	(text, roll) => text.slice(0, roll(text.length + 1)),
	(text, roll) => text.slice(roll(text.length + 1)),
	onLines((lines, at, roll) => lines.splice(at, 0, snippet(roll))),
	onLines((lines, at, roll) => lines.splice(at, 1 + roll(4))),
	onLines((lines, at) => lines.splice(at, 0, lines[at] ?? '')),
	onLines((lines, at, roll) => lines.splice(roll(lines.length), 0, ...lines.splice(at, 1 + roll(12)))),
	onLines((lines, at, roll) => lines.splice(roll(lines.length), 0, ...lines.slice(at, at + roll(30)))),
	onLines((lines, at, roll) => {
		lines[at] = (['\t', '  ', '    ', '> ', '- ', '1. '][roll(6)] ?? '') + (lines[at] ?? '');
	}),
	onLines((lines, at) => {
		lines[at] = (lines[at] ?? '').trimStart();
	}),
	(text, roll) => text.replaceAll('\n', ['\r\n', '\r', '\n\n', '\n '][roll(4)] ?? '\n'),
	(text) => `\uFEFF${text}`,
	(text) => text.toUpperCase(),
	(text, roll) =>
		text.replaceAll(['"', ':', '#', '`', '.', '{', '}', 'share', '|'][roll(9)] ?? '"', snippet(roll))
];

function damaged(number: number): string {
	const roll = dice(Math.imul(seed, 2_654_435_761) + number);
	let text = originals[roll(originals.length)] ?? '';
	for (let left = 1 + roll(4); left > 0; left -= 1)
		text = changes[roll(changes.length)]?.(text, roll) ?? text;
	return text;
}

/** Far above what such a file takes on a slow, busy machine, and far below a hang. */
const slowMs = 5_000;

test('a damaged lesson is a lesson, or problems that point into its file', async () => {
	const isLong = process.env['PROCODER_LONG'] !== undefined;
	const count = { lessons: 0, refused: 0 };
	for (let number = 0; number < (isLong ? all : some); number += 1) {
		const text = damaged(number);
		const name = `PROCODER_SEED=${seed}, case ${number}`;
		const from = performance.now();
		const parsed = await parseLesson({ path: '01-a/index.md', text, files });
		expect(performance.now() - from, name).toBeLessThan(slowMs);
		if (parsed.ok) {
			count.lessons += 1;
			expect(v.parse(Lesson, parsed.lesson), name).toEqual(parsed.lesson);
			const sent = toPublic(parsed.lesson);
			expect(v.parse(PublicLesson, sent), name).toEqual(sent);
			const cells = parsed.lesson.blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell.id] : []));
			expect(new Set(cells).size, name).toBe(cells.length);
			// Nothing leads out of the site's own pages or the lesson's own files.
			for (const [, address] of JSON.stringify(sent).matchAll(/"(?:href|src)":"((?:[^"\\]|\\.)*)"/g)) {
				expect(address, name).not.toMatch(/^\s*(?:javascript|data|vbscript|file|blob|lesson):|^[\\/]{2}/i);
			}
			continue;
		}
		count.refused += 1;
		expect(parsed.problems.length, name).toBeGreaterThan(0);
		const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
		for (const problem of parsed.problems) {
			expect(v.parse(LessonProblem, problem), name).toEqual(problem);
			expect(problem.message, name).not.toBe('');
			expect(problem.expected, name).not.toBe('');
			expect(problem.line, name).toBeGreaterThanOrEqual(1);
			expect(problem.line, name).toBeLessThanOrEqual(lines.length);
			if (problem.column === undefined) continue;
			expect(problem.column, `${name}: ${JSON.stringify(problem)}`).toBeGreaterThanOrEqual(1);
			expect(problem.column, `${name}: ${JSON.stringify(problem)}`).toBeLessThanOrEqual(
				(lines[problem.line - 1] ?? '').length + 1
			);
		}
	}
	// Damage that never breaks anything, or always everything, would prove nothing.
	expect(Math.min(count.lessons, count.refused)).toBeGreaterThan(10);
}, 600_000);
