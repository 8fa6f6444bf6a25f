import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en';

export type MessageKey = keyof typeof en;
export type MessageValues = Record<string, string | number>;

export const locale = 'en';

const compiled = new Map<MessageKey, IntlMessageFormat>();

/** The interface's text for a key. Values are put in as plain text: the result is never HTML. */
export function t(key: MessageKey, values?: MessageValues): string {
	const known = compiled.get(key);
	const message = known ?? new IntlMessageFormat(en[key], locale, undefined, { ignoreTag: true });
	if (known === undefined) compiled.set(key, message);
	return String(message.format(values));
}
