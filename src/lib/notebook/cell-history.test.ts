import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DraftVersion } from '$lib/domain/draft-version';
import { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import { CellHistory } from './cell-history.svelte';

const of = { lesson: v.parse(LessonId, 'bill'), cell: v.parse(CellId, 'plain') };
const lessonVersion = v.parse(ContentHash, 'a'.repeat(64));
const now = Date.parse('2026-05-01T12:00:00Z');
const minute = 60_000;

/** Saved that many minutes ago, by the server's clock. */
const version = (revision: number, code: string, minutes: number, reset = false): DraftVersion => ({
	revision,
	lessonVersion,
	savedAt: new Date(now - minutes * minute).toISOString(),
	bytes: code.length,
	reset,
	code
});

/** A server with these versions, oldest first; it answers in the order in which `answer` is called. */
function serve(versions: readonly DraftVersion[]) {
	const waiting: (() => void)[] = [];
	const server = { isSilent: false, waits: false, answer: () => waiting.shift()?.(), asked: [] as string[] };
	vi.stubGlobal('fetch', async (path: string) => {
		server.asked.push(path);
		if (server.waits) await new Promise<void>((resolve) => waiting.push(resolve));
		if (server.isSilent) throw new TypeError('offline');
		const number = Number(/versions\/(\d+)$/.exec(path)?.[1]);
		const body = Number.isNaN(number)
			? versions.toReversed().map(({ code, ...summary }) => ({ ...summary, bytes: code.length }))
			: versions.find(({ revision }) => revision === number);
		return Response.json(body, { headers: { date: new Date(now).toUTCString() } });
	});
	return server;
}

beforeEach(() => {
	vi.useFakeTimers({ now });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test('begins at the text before the present one, which stands for itself', async () => {
	serve([version(1, 'one', 20), version(4, 'two', 5), version(9, 'three', 1, true)]);
	const history = new CellHistory({ ...of, code: 'three' }, []);
	await history.load();
	expect(history.places).toHaveLength(2);
	expect([history.at, history.code, history.places[1]?.isPutAway]).toEqual([1, 'two', true]);
	await history.look(0);
	expect([history.code, history.places[0]?.isPutAway]).toEqual(['one', false]);
	await history.look(2);
	expect(history.code).toBe('three');
});

test('what is on the page alone is not among the versions yet, and what was put away unsent is the newest', async () => {
	serve([version(1, 'one', 20), version(4, 'two', 5)]);
	const history = new CellHistory({ ...of, code: 'typed just now' }, ['put away']);
	await history.load();
	expect(history.places.map(({ saved }) => saved?.revision)).toEqual([1, 4, undefined]);
	expect(history.code).toBe('put away');
});

test('a browser whose clock is a day off shows the same ages', async () => {
	for (const wrong of [-86_400_000, 0, 86_400_000]) {
		vi.setSystemTime(now + wrong);
		serve([version(1, 'one', 20)]);
		const history = new CellHistory({ ...of, code: 'now' }, []);
		await history.load();
		const age = performance.now() - (history.places[0]?.since ?? 0);
		expect(age / minute).toBeCloseTo(20);
	}
});

test('without a server it says so, has what was not sent, and can be asked again', async () => {
	const server = serve([version(1, 'one', 20)]);
	server.isSilent = true;
	const history = new CellHistory({ ...of, code: 'now' }, ['put away']);
	await history.load();
	expect(history.list).toMatchObject({ kind: 'failed', failure: { code: 'offline' } });
	expect(history.code).toBe('put away');
	server.isSilent = false;
	await history.load();
	expect(history.list.kind).toBe('there');
	expect(history.places).toHaveLength(2);
	server.isSilent = true;
	await history.look(0);
	expect(history.code).toBe('one');
});

test('an answer that comes late does not take the place of what is looked at', async () => {
	const server = serve([version(1, 'one', 20), version(4, 'two', 9), version(9, 'three', 5)]);
	const history = new CellHistory({ ...of, code: 'three' }, []);
	await history.load();
	server.waits = true;
	server.isSilent = true;
	const late = history.look(0);
	await history.look(1);
	server.answer();
	await late;
	expect([history.at, history.code, history.text.kind]).toEqual([1, 'two', 'there']);
	server.isSilent = false;
	const again = history.look(0);
	expect([history.code, history.text.kind]).toEqual([undefined, 'loading']);
	server.answer();
	await again;
	expect([history.code, history.text.kind]).toEqual(['one', 'there']);
	const asked = server.asked.length;
	await history.look(0);
	expect(server.asked).toHaveLength(asked);
});
