import * as v from 'valibot';
import { readStored, store, storedKeys, type Tab } from './browser-store';
import type { Letter, LetterStore } from '$lib/api/outbox';

const Letters = v.array(
	v.object({
		chain: v.string(),
		request: v.object({
			method: v.picklist(['PUT', 'POST', 'DELETE']),
			// A path of our own API and nothing else: what lies in storage is input too.
			path: v.pipe(v.string(), v.regex(/^[a-z]+(?:\/[a-z0-9-]+)*$/)),
			body: v.optional(v.unknown())
		})
	})
);

/** Keeps the letters of this tab in the browser, and hands over what earlier visits could not send. */
export class LetterBox implements LetterStore {
	readonly #prefix: string;
	#tab: Tab | undefined;
	#letters: readonly Letter[] = [];

	/** `kind`: each outbox has letters of its own. */
	constructor(kind: 'letters' | 'attempts') {
		this.#prefix = `procoder.${kind}.`;
	}

	keep(letters: readonly Letter[]): void {
		this.#letters = letters;
		if (this.#tab !== undefined)
			store(this.#prefix + this.#tab.name, letters.length === 0 ? undefined : letters);
	}

	/** From now on letters are kept under the tab's name. Returns those that this tab or a closed one left, oldest first. */
	open(tab: Tab): Letter[] {
		const left: Letter[] = [];
		for (const key of storedKeys(this.#prefix)) {
			const owner = key.slice(this.#prefix.length);
			if (owner !== tab.name && !tab.isGone(owner)) continue;
			const letters = v.safeParse(Letters, readStored(key));
			if (letters.success) left.push(...letters.output);
			store(key, undefined);
		}
		this.#tab = tab;
		this.keep(this.#letters);
		return left;
	}
}
