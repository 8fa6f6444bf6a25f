import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from '$lib/api/outbox';
import { SaveDraft, type StoredDraft } from '$lib/domain/draft';
import { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import { CellModel } from './cell-model.svelte';
import { DraftKeeper } from './draft-keeper.svelte';

const id = v.parse(LessonId, 'bill');
const cellId = v.parse(CellId, 'plain');
const versionOf = (letter: string): ContentHash => v.parse(ContentHash, letter.repeat(64));
const [old, next] = [versionOf('a'), versionOf('b')];
const spec = (starter: string) => ({ role: 'example' as const, id: cellId, starter });

let stored: StoredDraft | undefined;
let history: [string, ContentHash][];
beforeEach(() => {
	vi.useFakeTimers();
	[stored, history] = [undefined, []];
	vi.stubGlobal('fetch', (_path: string, init: { body: string }) => {
		const { draft, lessonVersion } = v.parse(SaveDraft, JSON.parse(init.body));
		history.push([draft.code, lessonVersion]);
		stored = { lessonId: id, cellId, lessonVersion, revision: history.length, draft };
		return Promise.resolve(Response.json(stored));
	});
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** The page with the lesson in that version; `before`: what the cell starts with in the version that the draft belongs to. */
function open(version: ContentHash, starter: string, before?: string) {
	const outbox = new Outbox({
		send: () => Promise.reject(new Error('Drafts are no letters.')),
		wait: () => Promise.resolve(),
		store: { keep: () => undefined },
		onstate: () => undefined
	});
	const cell = new CellModel(spec(starter), 1, stored?.draft);
	const keeper = new DraftKeeper(cell, { id, version }, stored, outbox, before);
	const type = async (code: string): Promise<void> => {
		cell.code = code;
		keeper.touch();
		await vi.advanceTimersByTimeAsync(2_000);
	};
	const follow = (to: ContentHash, text: string): void =>
		keeper.follow({ id, version: to }, cell.follow(spec(text), 1));
	return { cell, keeper, type, follow };
}

test('the lesson’s new text is offered beside work of one’s own, now and after a reload, until it is decided', async () => {
	const page = open(old, 'start');
	await page.type('mine');
	page.follow(next, 'new start');
	expect([page.cell.code, page.keeper.newText]).toEqual(['mine', 'new start']);
	await page.type('mine still');
	const again = open(next, 'new start', 'start');
	expect(again.keeper.newText).toBe('new start');
	again.keeper.chooseText('own');
	await vi.advanceTimersByTimeAsync(2_000);
	expect(again.keeper.newText).toBeUndefined();
	expect(history).toEqual([
		['mine', old],
		['mine still', old],
		['mine still', next]
	]);
	expect(open(next, 'new start').keeper.newText).toBeUndefined();
});

test('who takes the new text finds the old one in the history, and may take it back', async () => {
	const page = open(old, 'start');
	await page.type('mine');
	page.follow(next, 'new start');
	page.keeper.chooseText('new');
	await vi.advanceTimersByTimeAsync(2_000);
	expect([page.cell.code, page.keeper.newText, page.keeper.putAway]).toEqual([
		'new start',
		undefined,
		'mine'
	]);
	expect(history).toEqual([
		['mine', old],
		['new start', next]
	]);
	page.keeper.undo();
	expect([page.cell.code, page.keeper.newText]).toEqual(['mine', undefined]);
});

test('a new version that says the same in this cell offers nothing, and one that comes back neither', async () => {
	const page = open(old, 'start');
	await page.type('mine');
	page.follow(next, 'start');
	expect(page.keeper.newText).toBeUndefined();
	page.follow(versionOf('c'), 'other');
	expect(page.keeper.newText).toBe('other');
	page.follow(next, 'start');
	expect(page.keeper.newText).toBeUndefined();
	await page.type('more');
	expect(history.at(-1)).toEqual(['more', next]);
});
