import * as v from 'valibot';
import { appendEvents } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import { readAnswer, type ApiResult } from '$lib/api/request';
import { AppendEvents, AppendResult, type GenerationStatus } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';

/** One request carries at most this many events; the schema allows 500. */
const batch = 200;

/**
 * Sends one generation's events to its log, in order, on the generation's chain: what opens the log goes first, and after a
 * refusal nothing more is sent, because a log with a hole in it would be a lie. Events that wait travel together.
 */
export class EventSender {
	readonly #outbox: Outbox;
	readonly #id: GenerationId;
	#next = 0;
	#last: Promise<ApiResult<unknown>> | undefined;

	constructor(outbox: Outbox, id: GenerationId) {
		this.#outbox = outbox;
		this.#id = id;
	}

	send(event: TutorEvent): void {
		const request = appendEvents(this.#id, { from: this.#next, events: [event] });
		this.#next += 1;
		this.#last = this.#outbox.post({ request, chain: this.#id }, (waiting) => {
			const body = v.safeParse(AppendEvents, waiting.body);
			if (waiting.path !== request.path || !body.success) return undefined;
			const { from, events } = body.output;
			const follows = from + events.length === request.body.from && events.length < batch;
			return follows ? appendEvents(this.#id, { from, events: [...events, event] }) : undefined;
		});
	}

	/** Where the log stands when everything sent so far has arrived, or why it has not. */
	async finished(): Promise<ApiResult<GenerationStatus>> {
		if (this.#last === undefined) return { ok: true, value: 'running' };
		const answer = readAnswer(AppendResult, await this.#last);
		return answer.ok ? { ok: true, value: answer.value.status } : answer;
	}
}
