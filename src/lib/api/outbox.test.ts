import { expect, test } from 'vitest';
import { Outbox, type Letter, type OutboxState } from './outbox';
import type { ApiRequest, ApiResult } from './request';

const fine = { ok: true, value: 1 } as const;
const failed = (code: 'offline' | 'conflict'): ApiResult<unknown> => ({
	ok: false,
	failure: { code, status: 0, body: undefined }
});
const letter = (path: string, chain = path): Letter => ({ request: { method: 'PUT', path }, chain });

function open(send: (request: ApiRequest) => ApiResult<unknown>) {
	const sent: string[] = [];
	const states: OutboxState[] = [];
	const waits: number[] = [];
	let kept: readonly Letter[] = [];
	const outbox = new Outbox({
		send: (request) => {
			sent.push(request.path);
			return Promise.resolve(send(request));
		},
		wait: (ms) => {
			waits.push(ms);
			return Promise.resolve();
		},
		store: { keep: (letters) => (kept = structuredClone(letters)) },
		onstate: (state) => states.push(state)
	});
	return { outbox, sent, states, waits, kept: () => kept.map(({ request }) => request.path) };
}

test('requests are sent in order, and one that found nobody is sent again before the next', async () => {
	let tries = 0;
	const { outbox, sent, states, waits } = open(({ path }) =>
		path === 'first' && ++tries < 3 ? failed('offline') : fine
	);
	const first = outbox.post(letter('first'));
	const second = outbox.post(letter('second'));
	expect(await first).toEqual(fine);
	expect(await second).toEqual(fine);
	expect(sent).toEqual(['first', 'first', 'first', 'second']);
	expect(waits).toEqual([500, 1_000]);
	expect(states).toContain('waiting');
	expect(states.at(-1)).toBe('empty');
});

test('letters are kept until they are answered; work that is kept elsewhere is not', async () => {
	const box = open(() => fine);
	const all = [
		box.outbox.post(letter('a')),
		box.outbox.add(() => Promise.resolve(fine)),
		box.outbox.post(letter('b'))
	];
	expect(box.kept()).toEqual(['a', 'b']);
	await Promise.all(all);
	expect(box.kept()).toEqual([]);
});

test('after a refusal the rest of its chain is not sent, now or later; other chains go on', async () => {
	const { outbox, sent } = open(({ path }) => (path === 'submit' ? failed('conflict') : fine));
	const answers = [
		outbox.post(letter('submit', 'x')),
		outbox.post(letter('events', 'x')),
		outbox.post(letter('other', 'y'))
	];
	expect(await Promise.all(answers)).toEqual([failed('conflict'), failed('conflict'), fine]);
	expect(await outbox.post(letter('late', 'x'))).toEqual(failed('conflict'));
	expect(sent).toEqual(['submit', 'other']);
});

test('a letter may join one that waits, but never one that is under way', async () => {
	const { outbox, sent } = open(() => fine);
	const join = (waiting: ApiRequest): ApiRequest => ({ ...waiting, path: `${waiting.path}+` });
	const underWay = outbox.post(letter('one', 'x'), join);
	const waiting = outbox.post(letter('two', 'x'), join);
	const joined = outbox.post(letter('three', 'x'), join);
	await Promise.all([underWay, waiting, joined]);
	expect(sent).toEqual(['one', 'two+']);
});

test('what an attempt learns is known to the next one', async () => {
	const { outbox } = open(() => fine);
	let revision = 0;
	const bases: number[] = [];
	const save = async (): Promise<ApiResult<unknown>> => {
		bases.push(revision);
		await Promise.resolve();
		revision += 1;
		return fine;
	};
	await Promise.all([outbox.add(save), outbox.add(save)]);
	expect(bases).toEqual([0, 1]);
});
