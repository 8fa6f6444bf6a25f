import { expect, it, vi } from 'vitest';
import { eventStream } from './event-stream';

it('sends events as they come, and ends when it is told to', async () => {
	const leave = vi.fn();
	const response = eventStream(({ send, end }) => {
		send({ text: 'one\ntwo' });
		setTimeout(() => {
			send({ text: 'three' });
			end();
			send({ text: 'never' });
		}, 5);
		return leave;
	});
	expect(response.headers.get('content-type')).toBe('text/event-stream');
	expect(await response.text()).toBe(
		'retry: 1000\n\ndata: {"text":"one\\ntwo"}\n\ndata: {"text":"three"}\n\n'
	);
	expect(leave).toHaveBeenCalledTimes(1);
});

it('is over at once where there is nothing to follow', async () => {
	const leave = vi.fn();
	const response = eventStream(({ end }) => {
		end();
		return leave;
	});
	expect(await response.text()).toBe('retry: 1000\n\n');
	expect(leave).toHaveBeenCalledTimes(1);
});

it('leaves when the browser has gone', async () => {
	const leave = vi.fn();
	const response = eventStream(() => leave);
	await response.body?.cancel();
	expect(leave).toHaveBeenCalledTimes(1);
});

it('cuts off who does not read', () => {
	const leave = vi.fn();
	eventStream(({ send }) => {
		for (let count = 0; count < 200; count += 1) send({ count });
		return leave;
	});
	expect(leave).toHaveBeenCalledTimes(1);
});
