import * as v from 'valibot';
import type { GenerationId } from '$lib/domain/ids';
import { LogEnd, LogPlace, type LogPart } from '$lib/domain/log-part';
import { TutorEvent } from '$lib/domain/tutor-event';
import { eventReader, type SentEvent } from './event-stream';
import { failed, readJson, type ApiFailure, type Fetch } from './request';

/** `failed`: the server does not give this log, and will not the next time either. */
export type Followed = LogPart | { readonly type: 'failed'; readonly failure: ApiFailure };

export type FollowOptions = {
	/** The number of the first event that is wanted. */
	readonly from?: number;
	readonly signal: AbortSignal;
	/** Resolves after the time, or sooner when there is reason to try again. */
	readonly wait: (ms: number) => Promise<void>;
};

const retryMs = 1_000;
/** The server says something every 15 seconds. Who hears nothing for so long has a connection that is dead. */
const silenceMs = 45_000;

/**
 * A generation's log, event by event, each once and in order, until it has ended: over lost connections and restarts of the server. It
 * ends without a word where `signal` fires.
 */
export async function* followLog(
	fetcher: Fetch,
	id: GenerationId,
	{ from = 0, signal, wait }: FollowOptions
): AsyncGenerator<Followed> {
	let next = from;
	// Asked anew after each wait; the compiler would take the first answer for the last.
	const isOver = (): boolean => signal.aborted;
	while (!isOver()) {
		for await (const part of oneConnection(fetcher, id, next, signal)) {
			if (part.type === 'failed') {
				yield part;
				return;
			}
			if (part.type === 'event') {
				// What comes twice is told once; what comes too early lacks something, and is asked for again.
				if (part.seq < next) continue;
				if (part.seq > next) break;
				next += 1;
			}
			// The server stops; another one goes on.
			if (part.type === 'end' && part.status === 'running') break;
			yield part;
			if (part.type === 'end') return;
		}
		if (!isOver()) await wait(retryMs);
	}
}

/** What one connection gives until it breaks. */
async function* oneConnection(
	fetcher: Fetch,
	id: GenerationId,
	next: number,
	signal: AbortSignal
): AsyncGenerator<Followed> {
	const silent = new AbortController();
	const listen = (): ReturnType<typeof setTimeout> => setTimeout(() => silent.abort(), silenceMs);
	let timer = listen();
	try {
		const response = await fetcher(`/api/v1/generations/${id}/events`, {
			headers: {
				accept: 'text/event-stream',
				...(next === 0 ? {} : { 'last-event-id': String(next - 1) })
			},
			signal: AbortSignal.any([signal, silent.signal])
		});
		if (!response.ok) {
			const { failure } = failed(response.status, readJson(await response.text()));
			if (response.status < 500) yield { type: 'failed', failure };
			return;
		}
		const read = eventReader();
		const reader = response.body?.getReader();
		for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) {
			clearTimeout(timer);
			timer = listen();
			for (const sent of read(chunk.value)) {
				const part = partOf(sent);
				if (part !== undefined) yield part;
			}
		}
	} catch {
		// Nobody answered, or the connection broke: the next one goes on from here.
	} finally {
		clearTimeout(timer);
		silent.abort();
	}
}

/** Undefined for what this page does not know; the server may be newer than it. */
function partOf({ id, name, data }: SentEvent): Followed | undefined {
	const json = readJson(data);
	if (name === 'place') {
		const place = v.safeParse(LogPlace, json);
		return place.success ? { type: 'place', ...place.output } : undefined;
	}
	if (name === 'end') {
		const end = v.safeParse(LogEnd, json);
		if (end.success) return { type: 'end', ...end.output };
		// It is over, though this page cannot tell how. Who asked again would be told the same, without an end.
		return { type: 'failed', failure: { code: 'internal', status: 200, body: json } };
	}
	const event = v.safeParse(TutorEvent, json);
	return event.success && /^\d+$/.test(id)
		? { type: 'event', seq: Number(id), event: event.output }
		: undefined;
}
