import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { en, isRead } from './en';

export type MessageKey = keyof typeof en;
export type MessageValues = Record<string, string | number>;

export const locale = 'en';

const compiled = new Map<MessageKey, IntlMessageFormat>();

/** The interface's text for a key. Values are put in as plain text: the result is never HTML. */
export function t(key: MessageKey, values?: MessageValues): string {
	const text: string | MessageFormatElement[] = en[key];
	// Most messages have no place for a value, and a formatter for each would hold up the start of a page.
	if (isRead && typeof text === 'string') return text;
	const known = compiled.get(key);
	const message = known ?? new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
	if (known === undefined) compiled.set(key, message);
	return String(message.format(values));
}
