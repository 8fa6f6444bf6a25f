import * as v from 'valibot';
import type { LessonId } from '$lib/domain/ids';
import { readStored, store } from './browser-store';

/**
 * A small answer that a learner gave on the page: a quiz's choice, a prediction, the hints that were opened. It is kept in this
 * browser and goes nowhere: unlike a draft it is not worth a conflict between two tabs, so the last one written stays.
 */
export class KeptAnswer<T> {
	#value = $state.raw<T>() as T;
	readonly #key: string;
	readonly #schema: v.GenericSchema<unknown, T>;

	constructor(
		at: { lesson: LessonId; kind: string; id: string },
		schema: v.GenericSchema<unknown, T>,
		none: T
	) {
		this.#key = `procoder.${at.kind}.${at.lesson}.${at.id}`;
		this.#schema = schema;
		this.#value = none;
	}

	get value(): T {
		return this.#value;
	}

	set value(next: T) {
		this.#value = next;
		store(this.#key, next);
	}

	/** Takes up what an earlier visit left. After mounting, so that the page first shows what the server rendered. */
	open(): void {
		const stored = v.safeParse(this.#schema, readStored(this.#key));
		if (stored.success) this.#value = stored.output;
	}
}
