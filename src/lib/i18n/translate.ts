import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en';

export type MessageKey = keyof typeof en;
export type MessageValues = Record<string, string | number>;

export const locale = 'en';

declare const __MESSAGES_ARE_READ__: boolean | undefined;
/** In a built program (`i18n/compile`) a message without a place for a value is its text, and the others are lists of their parts. */
const areRead = typeof __MESSAGES_ARE_READ__ === 'boolean';

/** What finds the texts of a catalogue. Values are put in as plain text: the result is never HTML. */
export function translator<Key extends string>(
	catalogue: Readonly<Record<Key, string>>
): (key: Key, values?: MessageValues) => string {
	const compiled = new Map<Key, IntlMessageFormat>();
	return (key, values) => {
		const text: string | MessageFormatElement[] = catalogue[key];
		// Most have no place for a value, and a formatter for each would hold up the start of a page.
		if (areRead && typeof text === 'string') return text;
		const known = compiled.get(key);
		const message = known ?? new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
		if (known === undefined) compiled.set(key, message);
		return String(message.format(values));
	};
}

/** The interface's text for a key. */
export const t = translator(en);
