import type { Lesson, Quiz } from '$lib/domain/lesson';
import { plainText, type Inline } from '$lib/domain/markdown';
import { inlinesOf } from '$lib/lessons/walk';
import type { NodePool } from '$lib/runner/node/pool';
import type { Tell } from './finding';
import type { Slowness } from './machine';
import { withSnippets } from './snippets';
import type { SourceLines } from './source-lines';

/** Each question stands for itself: it sees no name of the one before. */
const forget = '[globals().pop(_name) for _name in [*globals()] if not _name.startswith("__")]';

/** In English, as most lessons are: what is asked in other words is not compared. */
const asksForOutput = /\bwhat\b[^.?!]*\b(?:shows?|shown|prints?|printed|outputs?|appears?)\b/i;

/** Runs the code of each quiz that asks what it shows, and holds the right option to it. */
export async function runQuizzes(
	pool: NodePool,
	{ blocks }: Lesson,
	source: SourceLines,
	tell: Tell,
	slowness: Slowness,
	signal: AbortSignal
): Promise<void> {
	const asked = blocks.flatMap((block) => {
		const code = block.kind === 'quiz' ? codeOf(block.quiz) : undefined;
		return block.kind === 'quiz' && code !== undefined ? [{ quiz: block.quiz, code }] : [];
	});
	if (asked.length === 0) return;
	await withSnippets(pool, slowness, signal, async (run) => {
		for (const { quiz, code } of asked) {
			const { end, text } = await run(code);
			const line = source.findText(`.quiz #${quiz.id}`) ?? source.findText(`#${quiz.id}`) ?? source.bodyLine;
			if (end.status === 'ok' || end.status === 'error')
				compareOptions(quiz, { text, error: end.error?.type }, line, tell);
			else tell(line, `The code of the quiz “${quiz.id}” does not run to its end.`);
			await run(forget);
		}
	});
}

/** The program that a question shows, where it asks what comes of it. */
export function codeOf({ choice, question }: Quiz): string | undefined {
	const [only, ...more] = question.flatMap((node) => (node.kind === 'code' ? [node] : []));
	const asks = question.some(
		(node) => node.kind === 'paragraph' && asksForOutput.test(plainText(node.children))
	);
	if (choice !== 'single' || only?.language !== 'python' || more.length > 0 || !asks) return undefined;
	return only.text;
}

/** What a program showed, and the kind of the error that ended it. */
type Shown = { readonly text: string; readonly error: string | undefined };

export function compareOptions({ id, options }: Quiz, shown: Shown, line: number, tell: Tell): void {
	const got = [shown.text.trim(), shown.error].filter((part) => part !== undefined && part !== '').join('\n');
	for (const { text, right } of options) {
		const said = plainText(text).trim();
		if (right && !canBe(text, shown))
			tell(line, `The right option of the quiz “${id}” is not what its code shows.`, { expected: said, got });
		else if (!right && got !== '' && said === got)
			tell(line, `An option of the quiz “${id}” is what its code shows, and counts as wrong.`, {
				expected: 'another option',
				got
			});
	}
}

/** An option that is a piece of code is the output. One in words names parts of it, or the error, and is trusted with the rest. */
function canBe(option: readonly Inline[], { text, error }: Shown): boolean {
	const shown = text.trim();
	const said = plainText(option).trim();
	if (error !== undefined && !/error/i.test(said)) return false;
	const codes = inlinesOf({ kind: 'paragraph', children: [...option] }).flatMap((inline) =>
		inline.kind === 'code' ? [inline.text] : []
	);
	if (error === undefined && codes.length === 1 && codes[0]?.trim() === said) return said === shown;
	return codes.every((code) => code === error || shown.includes(code));
}
