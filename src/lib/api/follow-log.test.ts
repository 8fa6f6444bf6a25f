import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newGenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { eventReader } from './event-stream';
import { followLog, type Followed } from './follow-log';

const id = newGenerationId();
const deltas = ['It adds.', 'Für zwei Wörter: 🎈\n"ok"', '', 'Done.'];
const log: TutorEvent[] = deltas.map((text) => ({
	type: 'section-delta',
	delta: { section: 'purpose', text }
}));
const frame = (seq: number): string => `id: ${seq}\ndata: ${JSON.stringify(log[seq])}\n\n`;
const end = (status: string): string => `event: end\ndata: {"status":"${status}"}\n\n`;
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const all = log.map((_, seq) => frame(seq)).join('');

test('events are the same, wherever the bytes are cut', () => {
	const sent = bytes(
		`retry: 1000\r\n\r\n: beat\n\n${all}event: end\ndata: {"a":1}\ndata: 2\n\n${frame(0).trimEnd()}`
	);
	const whole = eventReader()(sent);
	expect(whole.map(({ data }) => data)).toEqual([...log.map((each) => JSON.stringify(each)), '{"a":1}\n2']);
	expect(whole.at(-1)).toMatchObject({ id: '', name: 'end' });
	fc.assert(
		fc.property(fc.array(fc.nat(sent.length)), (cuts) => {
			const read = eventReader();
			const places = [0, ...cuts.toSorted((a, b) => a - b), sent.length];
			const parts = places.flatMap((place, index) => read(sent.subarray(place, places[index + 1])));
			expect(parts).toEqual(whole);
		})
	);
});

/** A server that gives one answer after the other, and the addresses and the place that each was asked for. */
function serverOf(answers: readonly (string | Response | Error)[]) {
	const asked: (string | null)[] = [];
	const waits: number[] = [];
	const fetcher: typeof fetch = (_input, init) => {
		asked.push(new Headers(init?.headers).get('last-event-id'));
		const answer = answers[asked.length - 1] ?? new Error('Nobody is there.');
		if (answer instanceof Error) return Promise.reject(answer);
		return Promise.resolve(answer instanceof Response ? answer : new Response(bytes(answer)));
	};
	const wait = (ms: number): Promise<void> => {
		waits.push(ms);
		return Promise.resolve();
	};
	const signal = AbortSignal.timeout(5_000);
	const read = (from = 0): Promise<Followed[]> =>
		Array.fromAsync(followLog(fetcher, id, { from, signal, wait }));
	return { asked, waits, read };
}

const told = (from = 0): Followed[] =>
	log.flatMap((event, seq) => (seq < from ? [] : [{ type: 'event', seq, event }]));
const complete: Followed = { type: 'end', status: 'complete' };

describe('following a log', () => {
	test('gives each event once, in order, over lost connections, restarts and a stopping server', async () => {
		const { read, asked, waits } = serverOf([
			new TypeError('failed to fetch'),
			`event: place\ndata: {"before":2}\n\n${frame(0)}id: 1\ndata: {"ty`,
			new Response('{"code":"unavailable"}', { status: 503 }),
			`${frame(1)}${end('running')}`,
			// More than was asked for, and less.
			`${frame(0)}${frame(1)}${frame(3)}`,
			`${frame(2)}${frame(3)}${end('complete')}`
		]);
		expect(await read()).toEqual([{ type: 'place', before: 2 }, ...told(), complete]);
		expect(asked).toEqual([null, null, '0', '0', '1', '1']);
		expect(waits).toHaveLength(5);
	});

	test('begins where it is told to', async () => {
		const { read, asked } = serverOf([`${frame(2)}${frame(3)}${end('complete')}`]);
		expect(await read(2)).toEqual([...told(2), complete]);
		expect(asked).toEqual(['1']);
	});

	test('ends where the server will not give it', async () => {
		const { read, waits } = serverOf([new Response('{"code":"x"}', { status: 404 })]);
		expect(await read()).toMatchObject([{ type: 'failed', failure: { status: 404 } }]);
		expect(waits).toEqual([]);
	});

	test('is over with an end that cannot be read, rather than asked for over and over', async () => {
		const { read, asked } = serverOf([`${all}${end('postponed')}`]);
		expect(await read()).toMatchObject([...told(), { type: 'failed', failure: { code: 'internal' } }]);
		expect(asked).toHaveLength(1);
	});

	test('passes over what it does not know', async () => {
		const { read } = serverOf([
			`event: news\ndata: {}\n\nevent: place\ndata: {"before":"x"}\n\ndata: no json\n\n${all}${end('complete')}`
		]);
		expect(await read()).toEqual([...told(), complete]);
	});

	test('ends without a word when it is told to', async () => {
		const { asked } = serverOf([]);
		const stop = new AbortController();
		const fetcher: typeof fetch = () => {
			stop.abort();
			return Promise.resolve(new Response(bytes(frame(0))));
		};
		const wait = (): Promise<void> => Promise.resolve();
		const parts = await Array.fromAsync(followLog(fetcher, id, { signal: stop.signal, wait }));
		expect(parts).toEqual(told().slice(0, 1));
		expect(asked).toEqual([]);
	});
});
