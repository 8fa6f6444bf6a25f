import { appendEvents } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import type { ApiResult } from '$lib/api/request';
import type { GenerationStatus } from '$lib/domain/generation';
import type { GenerationId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';

/** One request carries at most this many events; the schema allows 500. */
const batch = 200;

/**
 * Sends one generation's events to its log, in order. Events that come while a request is under way travel together in the
 * next one. After a refusal nothing more is sent: a log with a hole in it would be a lie.
 */
export class EventSender {
	readonly #outbox: Outbox;
	readonly #id: GenerationId;
	#waiting: TutorEvent[] = [];
	#next = 0;
	#last: Promise<ApiResult<GenerationStatus>>;
	#queued = false;
	/** As the server last told it: a turn that finds nothing left to send knows no better. */
	#status: GenerationStatus = 'running';

	/** `opening` are the requests that make the log; events follow once they went through. */
	constructor(outbox: Outbox, id: GenerationId, opening: Promise<ApiResult<unknown>>[]) {
		this.#outbox = outbox;
		this.#id = id;
		this.#last = Promise.all(opening).then((results) => {
			const refused = results.find((result) => !result.ok);
			return refused?.ok === false ? refused : { ok: true, value: 'running' };
		});
	}

	send(event: TutorEvent): void {
		this.#waiting.push(event);
		if (this.#queued) return;
		this.#queued = true;
		this.#last = this.#last.then((before) => (before.ok ? this.#flush() : before));
	}

	/** Where the log stands when everything sent so far has arrived, or why it has not. */
	async finished(): Promise<ApiResult<GenerationStatus>> {
		let last = this.#last;
		let result = await last;
		while (last !== this.#last) {
			last = this.#last;
			result = await last;
		}
		return result;
	}

	async #flush(): Promise<ApiResult<GenerationStatus>> {
		this.#queued = false;
		while (this.#waiting.length > 0) {
			const events = this.#waiting.splice(0, batch);
			const from = this.#next;
			this.#next += events.length;
			const result = await this.#outbox.add(() => appendEvents(fetch, this.#id, { from, events }));
			if (!result.ok) return result;
			this.#status = result.value.status;
		}
		return { ok: true, value: this.#status };
	}
}
