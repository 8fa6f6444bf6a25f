import * as v from 'valibot';
import { afterEach, expect, test, vi } from 'vitest';
import { Outbox } from '$lib/api/outbox';
import { AppendEvents } from '$lib/domain/generation';
import { newGenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { EventSender } from './event-sender';

const event = (section: 'purpose' | 'steps'): TutorEvent => ({ type: 'section-start', section });
const opened = Promise.resolve({ ok: true, value: undefined } as const);
const outbox = () =>
	new Outbox(
		() => undefined,
		() => Promise.resolve()
	);

/** A log as the server keeps it: it takes events by number, and is complete with `explanation-end`. */
function serve(before: () => Promise<void> = () => Promise.resolve()) {
	const log: TutorEvent[] = [];
	vi.stubGlobal('fetch', async (_address: string, init: { body: string }) => {
		await before();
		const { from, events } = v.parse(AppendEvents, JSON.parse(init.body));
		expect(from, 'no event is skipped or sent twice').toBe(log.length);
		log.push(...events);
		const status = log.some(({ type }) => type === 'explanation-end') ? 'complete' : 'running';
		return new Response(JSON.stringify({ next: log.length, status }));
	});
	return log;
}
afterEach(() => vi.unstubAllGlobals());

test('events arrive in order, whenever they are sent, and the end is known to have arrived', async () => {
	let sendWhileUnderWay: (() => void) | undefined;
	const log = serve(() => {
		sendWhileUnderWay?.();
		sendWhileUnderWay = undefined;
		return Promise.resolve();
	});
	const sender = new EventSender(outbox(), newGenerationId(), [opened]);
	sendWhileUnderWay = () => {
		sender.send(event('steps'));
		sender.send({ type: 'explanation-end' });
	};
	sender.send(event('purpose'));
	expect(await sender.finished()).toEqual({ ok: true, value: 'complete' });
	expect(log.map(({ type }) => type)).toEqual(['section-start', 'section-start', 'explanation-end']);
});

test('where the log could not be opened nothing is sent, and the reason is told', async () => {
	const log = serve();
	const refusal = { ok: false, failure: { code: 'too-large', status: 413, body: undefined } } as const;
	const sender = new EventSender(outbox(), newGenerationId(), [Promise.resolve(refusal)]);
	sender.send(event('purpose'));
	expect(await sender.finished()).toEqual(refusal);
	expect(log).toEqual([]);
});
