import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en';

export type MessageKey = keyof typeof en;
export type MessageValues = Record<string, string | number>;

export const locale = 'en';

const compiled = new Map<MessageKey, IntlMessageFormat>();

/** The interface's text for a key. Values are put in as plain text: the result is never HTML. */
export function t(key: MessageKey, values?: MessageValues): string {
	const known = compiled.get(key);
	// In a built program the catalogue holds what was read from each text (`i18n/compile`).
	const text: string | MessageFormatElement[] = en[key];
	const message = known ?? new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
	if (known === undefined) compiled.set(key, message);
	return String(message.format(values));
}
