import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en';

export type MessageKey = keyof typeof en;
export type MessageValues = Record<string, string | number>;

export const locale = 'en';

/** In a built program the catalogue holds what was read from each text (`i18n/compile`). */
type Message = string | MessageFormatElement[];

/** `TYPE.literal`, whose module no page needs. */
const literal = 0;

const compiled = new Map<MessageKey, IntlMessageFormat>();

/** The interface's text for a key. Values are put in as plain text: the result is never HTML. */
export function t(key: MessageKey, values?: MessageValues): string {
	const known = compiled.get(key);
	const text: Message = en[key];
	const fixed = fixedText(text);
	if (fixed !== undefined) return fixed;
	const message = known ?? new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
	if (known === undefined) compiled.set(key, message);
	return String(message.format(values));
}

/** Most messages have no place for a value, and a formatter for each would hold up the start of a page. */
function fixedText(message: Message): string | undefined {
	if (typeof message === 'string' || message.length !== 1) return undefined;
	const [only] = message;
	const type: number | undefined = only?.type;
	return type === literal && only !== undefined && 'value' in only ? only.value : undefined;
}
