import { beforeEach, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import type { LessonWork } from '$lib/domain/draft';
import { PublicLesson } from '$lib/domain/lesson';
import type { CallResult } from '$lib/runner/page/client';
import { Notebook, type Entry } from './notebook.svelte';

const work: LessonWork = { drafts: [], explanations: [] };
const version = (letter: string): string => letter.repeat(64);
const checks = { lessonVersion: version('a'), checks: [], mistakes: [], onServer: 0 };

beforeEach(() => {
	const answer = () => Promise.resolve(new Response(JSON.stringify(checks), { status: 200 }));
	vi.stubGlobal('fetch', answer);
});

function lesson(letter: string, ...cells: object[]): PublicLesson {
	const exercise = (id: string) => ({ id, cell: 'share', setup: [], hints: [], checks: 1 });
	return v.parse(PublicLesson, {
		id: 'bill',
		title: 'A bill',
		summary: 'A bill is shared.',
		order: 1,
		level: 'beginner',
		minutes: 5,
		tags: [],
		prerequisites: [],
		language: 'en',
		version: version(letter),
		blocks: cells.map((cell) => ({ kind: 'cell', cell })),
		exercises: [exercise('share'), exercise('other')],
		files: []
	});
}
const share = { role: 'exercise', exercise: 'share', id: 'share', starter: 'bill = 1' };
const plain = { role: 'example', id: 'plain', starter: 'print(1)' };

/** Begins a check on a bench that gives no answer before it is stopped; the result is what becomes of it. */
async function beginCheck({ check }: Entry): Promise<{ done: Promise<void>; stopped: () => boolean }> {
	const calls: AbortSignal[] = [];
	const bench = {
		call: (_method: string, _params: object, _timeoutMs: number, signal: AbortSignal) =>
			new Promise<CallResult>((resolve) => {
				calls.push(signal);
				const answer = { ok: false, why: 'interrupted', message: '' } as const;
				signal.addEventListener('abort', () => resolve(answer));
			})
	};
	if (check === undefined) throw new Error('The cell begins no exercise.');
	const done = check.check('while True: pass', { context: [], setup: [] }, bench);
	await vi.waitFor(() => expect(calls).toHaveLength(1));
	return { done, stopped: () => calls.every(({ aborted }) => aborted) };
}

test.each([
	['leaves the lesson', [plain]],
	['is no exercise any more', [{ ...plain, id: 'share' }]],
	['begins another exercise', [{ ...share, exercise: 'other' }]]
])('the check of a cell that %s by an edit is stopped, without a word', async (_what, cells) => {
	const notebook = new Notebook(lesson('a', plain, share), work);
	const entry = notebook.entries.find(({ cell }) => cell.id === 'share');
	if (entry === undefined) throw new Error('The lesson has no such cell.');
	const { check } = entry;
	const { done, stopped } = await beginCheck(entry);
	expect(stopped()).toBe(false);
	notebook.update(lesson('b', ...cells), work);
	expect(stopped()).toBe(true);
	await done;
	expect(check).toMatchObject({ isChecking: false, unable: undefined, checked: undefined });
});

test('an edit elsewhere leaves a check alone', async () => {
	const notebook = new Notebook(lesson('a', plain, share), work);
	const entry = notebook.entries.find(({ cell }) => cell.id === 'share');
	if (entry === undefined) throw new Error('The lesson has no such cell.');
	const { stopped } = await beginCheck(entry);
	notebook.update(lesson('b', { ...plain, starter: 'print(2)' }, share), work);
	expect(stopped()).toBe(false);
	expect(entry.check?.isChecking).toBe(true);
});
