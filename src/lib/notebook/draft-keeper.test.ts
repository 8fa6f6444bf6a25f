import * as v from 'valibot';
import { expect, test, vi } from 'vitest';
import { Outbox } from '$lib/api/outbox';
import { SaveDraft } from '$lib/domain/draft';
import { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import { CellModel } from './cell-model.svelte';
import { DraftKeeper } from './draft-keeper.svelte';

const lesson = { id: v.parse(LessonId, 'bill'), version: v.parse(ContentHash, 'a'.repeat(64)) };
const cellId = v.parse(CellId, 'plain');

/** A cell whose lesson says `start`, before a server that notes every save; `answers` says whether it answers at all. */
function openCell() {
	const saves: [string, boolean | undefined][] = [];
	const server = { answers: true };
	vi.stubGlobal('fetch', (_path: string, init: { body: string }) => {
		if (!server.answers) return Promise.reject(new TypeError('offline'));
		const { baseRevision, draft, reset, lessonVersion } = v.parse(SaveDraft, JSON.parse(init.body));
		// Each save must rest on the one before it.
		expect(baseRevision).toBe(saves.length);
		saves.push([draft.code, reset]);
		const stored = { lessonId: lesson.id, cellId, lessonVersion, revision: saves.length, draft };
		return Promise.resolve(new Response(JSON.stringify(stored), { status: 200 }));
	});
	const outbox = new Outbox({
		send: () => Promise.reject(new Error('Drafts are no letters.')),
		wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
		store: { keep: () => undefined },
		onstate: () => undefined
	});
	const cell = new CellModel({ role: 'example', id: cellId, starter: 'start' }, 1, undefined);
	const keeper = new DraftKeeper(cell, lesson, undefined, outbox);
	const type = (code: string): void => {
		cell.code = code;
		keeper.touch();
	};
	return { cell, keeper, saves, server, type };
}

test('a reset sends what it puts away first, though nobody had saved it', async () => {
	const { cell, keeper, saves, type } = openCell();
	type('mine');
	keeper.reset();
	expect(cell.code).toBe('start');
	await vi.waitFor(() => expect(saves).toHaveLength(2));
	expect(saves).toEqual([
		['mine', false],
		['start', true]
	]);
});

test('what a reset put away reaches the server after a time without one, in the order in which it was typed', async () => {
	const { keeper, saves, server, type } = openCell();
	server.answers = false;
	type('one');
	keeper.flush();
	keeper.reset();
	type('two');
	keeper.reset();
	type('three');
	server.answers = true;
	keeper.flush();
	await vi.waitFor(() => expect(saves).toHaveLength(3), { timeout: 4_000 });
	expect(saves).toEqual([
		['one', false],
		['two', true],
		['three', true]
	]);
});

test('a reset of what the server has is one save, and what is typed after it is none', async () => {
	const { keeper, saves, type } = openCell();
	type('mine');
	keeper.flush();
	await vi.waitFor(() => expect(saves).toHaveLength(1));
	keeper.reset();
	await vi.waitFor(() => expect(saves).toHaveLength(2));
	type('again');
	keeper.flush();
	await vi.waitFor(() => expect(saves).toHaveLength(3));
	expect(saves).toEqual([
		['mine', false],
		['start', true],
		['again', false]
	]);
});
