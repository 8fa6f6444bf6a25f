import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from '$lib/api/outbox';
import { SaveDraft, type StoredDraft } from '$lib/domain/draft';
import { CellId, ContentHash, LessonId } from '$lib/domain/ids';
import { CellModel } from './cell-model.svelte';
import { DraftKeeper } from './draft-keeper.svelte';

const lesson = { id: v.parse(LessonId, 'bill'), version: v.parse(ContentHash, 'a'.repeat(64)) };
const cellId = v.parse(CellId, 'plain');
const starter = 'start';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

type Server = 'answers' | 'silent' | 'full';

/** A browser with its storage, and a server that holds one cell and its history. */
function openWorld() {
	const stored = new Map<string, string>();
	const world = {
		server: 'answers' as Server,
		/** Characters that the storage takes. */
		quota: Infinity,
		draft: undefined as StoredDraft | undefined,
		/** Texts that were saved, without those that were typed on from: whatever may join the one before it does. */
		history: [] as string[],
		stored
	};
	const storage = {
		getItem: (key: string) => stored.get(key) ?? null,
		removeItem: (key: string) => void stored.delete(key),
		setItem: (key: string, value: string) => {
			const others = [...stored].filter(([name]) => name !== key);
			const taken = others.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
			if (taken + key.length + value.length > world.quota) throw new DOMException('', 'QuotaExceededError');
			stored.set(key, value);
		}
	};
	// What is listed of the storage are its keys, as a browser does it.
	vi.stubGlobal(
		'localStorage',
		new Proxy(storage, {
			ownKeys: () => [...stored.keys()],
			getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true })
		})
	);
	return world;
}
type World = ReturnType<typeof openWorld>;

/** A save as the server takes it: on top of the revision that it names, or not at all. */
function take(world: World, body: string): Response {
	const { baseRevision, draft, reset, lessonVersion } = v.parse(SaveDraft, JSON.parse(body));
	if (baseRevision !== (world.draft?.revision ?? 0))
		return Response.json(
			{ type: 'about:blank', title: '', status: 409, code: 'conflict', stored: world.draft },
			{ status: 409 }
		);
	if (reset !== true) world.history.pop();
	world.history.push(draft.code);
	world.draft = { lessonId: lesson.id, cellId, lessonVersion, revision: baseRevision + 1, draft };
	return Response.json(world.draft);
}

/** One visit of the page, in a tab of that name; `typed` while it was opening. `kill` ends it between two keys. */
function visit(world: World, name = 'tab', typed?: string) {
	const life = { isOver: false };
	const fetcher = (_path: string, init: { body: string }): Promise<Response> => {
		if (life.isOver) return new Promise(() => undefined);
		if (world.server === 'silent') return Promise.reject(new TypeError('offline'));
		if (world.server === 'full')
			return Promise.resolve(
				Response.json({ type: 'about:blank', title: '', status: 507, code: 'storage-full' }, { status: 507 })
			);
		return Promise.resolve(take(world, init.body));
	};
	vi.stubGlobal('fetch', fetcher);
	const outbox = new Outbox({
		send: () => Promise.reject(new Error('Drafts are no letters.')),
		wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
		store: { keep: () => undefined },
		onstate: () => undefined
	});
	const cell = new CellModel({ role: 'example', id: cellId, starter }, 1, world.draft?.draft);
	const keeper = new DraftKeeper(cell, lesson, world.draft, outbox);
	if (typed !== undefined) cell.code = typed;
	keeper.recover({ name, isGone: (other) => other !== name });
	return {
		cell,
		keeper,
		type: (code: string) => {
			cell.code = code;
			keeper.touch();
		},
		kill: () => {
			life.isOver = true;
			vi.clearAllTimers();
		}
	};
}

type Step =
	| { kind: 'type' | 'use' | 'wait'; size: number }
	| { kind: 'reset' | 'undo' | 'kill' }
	| { kind: 'server'; state: Server };

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('type'), size: fc.nat(3) }) },
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constant('wait'), size: fc.constantFrom(1, 200, 900, 5_000) })
	},
	fc.record({ kind: fc.constant('use'), size: fc.nat(3) }),
	fc.record({ kind: fc.constantFrom('reset', 'undo', 'kill') }),
	fc.record({ kind: fc.constant('server'), state: fc.constantFrom<Server>('answers', 'silent', 'full') })
);

test('whatever happens to tab and server, no text is lost that somebody put away or stopped at', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
			const world = openWorld();
			let tab = visit(world);
			const putAway = new Set<string>();
			let count = 0;
			for (const one of steps) {
				const before = tab.cell.code;
				if (one.kind === 'type') tab.type(`text ${++count}${'.'.repeat(one.size)}`);
				else if (one.kind === 'wait') await vi.advanceTimersByTimeAsync(one.size);
				else if (one.kind === 'server') world.server = one.state;
				else if (one.kind === 'undo') tab.keeper.undo();
				else if (one.kind === 'kill') {
					tab.kill();
					tab = visit(world);
					expect(tab.cell.code).toBe(before);
				} else {
					tab.keeper.replaceWith('size' in one ? `other ${one.size}` : starter);
					if (tab.cell.code !== before && before !== starter) putAway.add(before);
				}
			}
			world.server = 'answers';
			await vi.advanceTimersByTimeAsync(90_000);
			expect(tab.keeper.conflict).toBeUndefined();
			for (const text of putAway) expect(world.history).toContain(text);
			expect(world.draft?.draft.code ?? starter).toBe(tab.cell.code);
			expect(tab.keeper.unsent).toEqual([]);
			expect([...world.stored.keys()]).toEqual([]);
			tab.kill();
		}),
		{ numRuns: process.env['PROCODER_LONG'] === undefined ? 300 : 3_000 }
	);
});

test('who types without a rest is sent within five seconds', async () => {
	const world = openWorld();
	const tab = visit(world);
	for (let key = 0; key < 25; key++) {
		tab.type('x'.repeat(key + 1));
		await vi.advanceTimersByTimeAsync(200);
	}
	expect(world.draft?.draft.code.length).toBeGreaterThan(15);
});

test('where the browser’s storage is full, what is typed is with the server within a second', async () => {
	const world = openWorld();
	world.quota = 0;
	const tab = visit(world);
	for (let key = 0; key < 20; key++) {
		tab.type('x'.repeat(key + 1));
		await vi.advanceTimersByTimeAsync(200);
		expect(tab.cell.code.length - (world.draft?.draft.code.length ?? 0)).toBeLessThanOrEqual(5);
	}
	expect(world.draft?.draft.code).toHaveLength(20);
});

test('what was put away while the server was silent is still there for the next tab', async () => {
	const world = openWorld();
	world.server = 'silent';
	const first = visit(world, 'first');
	first.type('mine');
	first.keeper.reset();
	first.type('anew');
	first.kill();
	const second = visit(world, 'second');
	expect(second.cell.code).toBe('anew');
	expect(second.keeper.unsent).toEqual(['mine']);
	world.server = 'answers';
	await vi.advanceTimersByTimeAsync(60_000);
	expect(world.history).toEqual(['mine', 'anew']);
});

test('a clock that is set back does not bring an older text back', async () => {
	const world = openWorld();
	const first = visit(world, 'first');
	first.type('of the day after tomorrow');
	vi.setSystemTime(Date.now() + 2 * 86_400_000);
	first.type('one');
	world.server = 'silent';
	first.kill();
	world.server = 'answers';
	const second = visit(world, 'second');
	await vi.advanceTimersByTimeAsync(2_000);
	vi.setSystemTime(Date.now() - 3 * 86_400_000);
	world.server = 'silent';
	second.type('two');
	second.kill();
	expect(visit(world, 'third').cell.code).toBe('two');
});

test('both texts of two tabs are kept, whichever is chosen', async () => {
	for (const choice of ['keepMine', 'takeTheirs'] as const) {
		const world = openWorld();
		const mine = visit(world, 'mine');
		world.draft = {
			lessonId: lesson.id,
			cellId,
			lessonVersion: lesson.version,
			revision: 1,
			draft: { code: 'theirs' }
		};
		world.history.push('theirs');
		mine.type('mine');
		await vi.advanceTimersByTimeAsync(2_000);
		expect(mine.keeper.conflict?.draft.code).toBe('theirs');
		mine.keeper[choice]();
		await vi.advanceTimersByTimeAsync(5_000);
		expect(world.history).toEqual(choice === 'keepMine' ? ['theirs', 'mine'] : ['theirs', 'mine', 'theirs']);
		expect(world.draft.draft.code).toBe(choice === 'keepMine' ? 'mine' : 'theirs');
		expect(mine.cell.code).toBe(world.draft.draft.code);
		mine.kill();
	}
});

test('what was typed while the page was opening takes nothing away that was kept before', async () => {
	const world = openWorld();
	world.server = 'silent';
	const first = visit(world, 'first');
	first.type('kept');
	first.kill();
	world.server = 'answers';
	const tab = visit(world, 'other', 'typed at once');
	expect(tab.cell.code).toBe('typed at once');
	await vi.advanceTimersByTimeAsync(5_000);
	expect(world.history).toEqual(['kept', 'typed at once']);
});

test('a tab that took the other one’s text does not make that one ask', async () => {
	const world = openWorld();
	const other = visit(world, 'other');
	other.type('theirs');
	await vi.advanceTimersByTimeAsync(2_000);
	// What taking it leaves behind: another text in between, and the same one again.
	const stored = world.draft;
	if (stored === undefined) throw new Error('Nothing was saved.');
	world.draft = { ...stored, revision: stored.revision + 2 };
	other.type('theirs, and more');
	await vi.advanceTimersByTimeAsync(5_000);
	expect(other.keeper.conflict).toBeUndefined();
	expect(world.draft.draft.code).toBe('theirs, and more');
});
