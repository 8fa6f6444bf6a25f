import { customType, timestamp } from 'drizzle-orm/pg-core';
import * as v from 'valibot';
import { decodeJson, decodeText, encodeJson, encodeText } from '../text-codec';

/** Text with any characters at all: see text-codec.ts. */
export const anyText = customType<{ data: string; driverData: string }>({
	dataType: () => 'text',
	toDriver: encodeText,
	fromDriver: decodeText
});

/** JSON with any characters in its strings, parsed by its schema when it is read. */
export function checkedJson<T>(name: string, schema: v.GenericSchema<unknown, T>) {
	return customType<{ data: T; driverData: unknown }>({
		dataType: () => 'jsonb',
		toDriver: encodeJson,
		fromDriver: (stored) => v.parse(schema, decodeJson(stored))
	})(name);
}

/** A moment, with its zone. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
