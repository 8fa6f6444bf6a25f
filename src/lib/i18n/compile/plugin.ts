import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import * as v from 'valibot';
import type { Plugin } from 'vite';

/** Most messages have no place for a value: their text is all there is to know of them. */
function shortest(elements: MessageFormatElement[]): string | MessageFormatElement[] {
	const [only] = elements;
	return elements.length === 1 && only?.type === TYPE.literal ? only.value : elements;
}

const catalogue = /\/src\/lib\/i18n\/en(?:-operator)?\.ts$/;
const Messages = v.object({ en: v.record(v.string(), v.string()) });

/**
 * Reads the messages when the program is built, so that no page has to load what reads ICU MessageFormat. While developing and in
 * tests they are read where they are used.
 */
export function compileMessages(): Plugin {
	return {
		name: 'procoder-compile-messages',
		apply: 'build',
		enforce: 'pre',
		config: () => ({
			define: { __MESSAGES_ARE_READ__: 'true' },
			resolve: {
				alias: { '@formatjs/icu-messageformat-parser': '@formatjs/icu-messageformat-parser/no-parser.js' }
			}
		}),
		async load(id) {
			const [file = ''] = id.split('?', 1);
			if (!catalogue.test(file)) return null;
			const { en } = v.parse(Messages, { ...((await import(/* @vite-ignore */ file)) as object) });
			const read = Object.entries(en).map(([key, text]) => [key, shortest(parse(text, { ignoreTag: true }))]);
			return `export const en = ${JSON.stringify(Object.fromEntries(read))};`;
		}
	};
}
