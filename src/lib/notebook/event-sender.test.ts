import * as v from 'valibot';
import { expect, test } from 'vitest';
import { Outbox } from '$lib/api/outbox';
import type { ApiRequest, ApiResult } from '$lib/api/request';
import { AppendEvents } from '$lib/domain/generation';
import { newGenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { EventSender } from './event-sender';

const event = (section: 'purpose' | 'steps'): TutorEvent => ({ type: 'section-start', section });

/** A log as the server keeps it: it takes events by number, and is complete with `explanation-end`. */
function open(opening: ApiResult<unknown>, whileUnderWay: () => void = () => undefined) {
	const log: TutorEvent[] = [];
	let requests = 0;
	const id = newGenerationId();
	const send = async (request: ApiRequest): Promise<ApiResult<unknown>> => {
		if (request.path === 'open') return opening;
		requests += 1;
		if (requests === 1) whileUnderWay();
		await Promise.resolve();
		const { from, events } = v.parse(AppendEvents, request.body);
		expect(from, 'no event is skipped or sent twice').toBe(log.length);
		log.push(...events);
		const status = log.some(({ type }) => type === 'explanation-end') ? 'complete' : 'running';
		return { ok: true, value: { next: log.length, status } };
	};
	const outbox = new Outbox({
		send,
		wait: () => Promise.resolve(),
		store: { keep: () => undefined },
		onstate: () => undefined
	});
	void outbox.post({ request: { method: 'POST', path: 'open' }, chain: id });
	return { sender: new EventSender(outbox, id), log, requests: () => requests };
}

test('events arrive in order, those that wait together, and the end is known to have arrived', async () => {
	const { sender, log, requests } = open({ ok: true, value: {} }, () => {
		sender.send(event('steps'));
		sender.send({ type: 'explanation-end' });
	});
	sender.send(event('purpose'));
	sender.send(event('steps'));
	for (let last; last !== log.length;) {
		last = log.length;
		await sender.finished();
	}
	expect(await sender.finished()).toEqual({ ok: true, value: 'complete' });
	expect(log).toHaveLength(4);
	expect(requests()).toBe(2);
});

test('where the log could not be opened nothing is sent, and the reason is told', async () => {
	const refusal = { ok: false, failure: { code: 'too-large', status: 413, body: undefined } } as const;
	const { sender, log } = open(refusal);
	sender.send(event('purpose'));
	expect(await sender.finished()).toEqual(refusal);
	sender.send(event('steps'));
	expect(await sender.finished()).toEqual(refusal);
	expect(log).toEqual([]);
});
