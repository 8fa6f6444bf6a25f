import { describe, expect, it } from 'vitest';
import type { LogPart } from '$lib/domain/log-part';
import { firstMissing, logStream } from './log-stream';

const place = (before: number): LogPart => ({ type: 'place', before });
const never = (signal: AbortSignal): Promise<void> =>
	new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Says what it was asked for, and whether it was left. */
function source(parts: LogPart[]) {
	const seen = { asked: 0, left: false };
	async function* follow(signal: AbortSignal): AsyncGenerator<LogPart> {
		try {
			for (const part of parts) {
				seen.asked += 1;
				yield part;
			}
			await never(signal);
		} finally {
			seen.left = true;
		}
	}
	return { seen, follow };
}

describe('a log as server-sent events', () => {
	it('has ids where an event belongs to the log, and names where it does not', async () => {
		const parts: LogPart[] = [
			place(2),
			{ type: 'event', seq: 7, event: { type: 'section-start', section: 'purpose' } },
			{ type: 'end', status: 'complete' }
		];
		const response = logStream(async function* () {
			yield* parts;
		});
		expect(response.headers.get('content-type')).toBe('text/event-stream');
		expect(await response.text()).toBe(
			'retry: 1000\n\nevent: place\ndata: {"before":2}\n\n' +
				'id: 7\ndata: {"type":"section-start","section":"purpose"}\n\n' +
				'event: end\ndata: {"status":"complete"}\n\n'
		);
	});

	it('asks for the next part only when the one before was taken', async () => {
		const { seen, follow } = source(Array.from({ length: 100 }, (_, index) => place(index)));
		const reader = logStream(follow).body?.getReader();
		await reader?.read();
		expect(seen.asked).toBe(0);
		await reader?.read();
		await reader?.read();
		expect(seen.asked).toBe(2);
		await reader?.cancel();
		expect(seen.left).toBe(true);
	});

	it('beats while there is nothing to say, and leaves when the browser has gone', async () => {
		const { seen, follow } = source([]);
		const reader = logStream(follow, { beatMs: 5, stalledMs: 10_000 }).body?.getReader();
		const texts: string[] = [];
		for (let count = 0; count < 3; count += 1) {
			texts.push(new TextDecoder().decode((await reader?.read())?.value));
		}
		expect(texts).toEqual(['retry: 1000\n\n', ': \n\n', ': \n\n']);
		await reader?.cancel();
		await new Promise((resolve) => setTimeout(resolve, 0));
		expect(seen.left).toBe(true);
	});

	it('cuts off who takes nothing', async () => {
		const { seen, follow } = source([place(1), place(2)]);
		const reader = logStream(follow, { beatMs: 10_000, stalledMs: 20 }).body?.getReader();
		await reader?.read();
		await reader?.read();
		await new Promise((resolve) => setTimeout(resolve, 60));
		await expect(reader?.read()).rejects.toThrow('takes nothing');
		expect(seen.left).toBe(true);
	});
});

it('goes on behind the last event that a browser names, and starts again where it names none', () => {
	const from = (last?: string): number =>
		firstMissing(
			new Request('http://localhost/', last === undefined ? {} : { headers: { 'last-event-id': last } })
		);
	expect([from(), from('0'), from('41'), from('-1'), from('x'), from('1e9'), from('9999999')]).toEqual([
		0, 1, 42, 0, 0, 0, 0
	]);
});
