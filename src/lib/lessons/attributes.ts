import { didYouMean } from './closest';
import type { Place, Report } from './report';

export type Attribute = { readonly value: string; readonly at: Place };

/** What stands in the braces of `::: {.name #id key="value"}`. */
export type Attributes = {
	readonly name: Attribute | undefined;
	readonly id: Attribute | undefined;
	readonly values: ReadonlyMap<string, Attribute>;
	/** What stands there could not be read, and was reported. */
	readonly isBroken: boolean;
};

const expected = '`{.name}`, then `#id` and `key="value"` as needed';
/** One of: a class, an id, a key with its value in quotes or without. */
const item =
	/\s*(?:\.([^\s.#={}"']+)|#([^\s#={}"']+)|([A-Za-z][A-Za-z-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+)))(?=\s|$)/y;

/** Reads what follows the colons of an opening line. `column` is where it begins. */
export function readAttributes(text: string, line: number, column: number, report: Report): Attributes {
	const trimmed = text.trimEnd();
	const values = new Map<string, Attribute>();
	const found: { name?: Attribute; id?: Attribute } = {};
	const result = (isBroken: boolean): Attributes => ({ name: found.name, id: found.id, values, isBroken });
	const place = (index: number): Place => ({ line, column: column + index });
	// A lone word is a class, as in Pandoc.
	if (/^[A-Za-z][\w-]*$/.test(trimmed)) {
		found.name = { value: trimmed, at: place(0) };
		return result(false);
	}
	if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) {
		report(place(0), 'The name of this block cannot be read.', expected);
		return result(true);
	}
	const inside = trimmed.slice(1, -1).trimEnd();
	// A word in them would be taken with its quotes, and two words for two things.
	const curly = /=(?=[“”„‟«»‘’‚])/.exec(inside);
	if (curly !== null) {
		report(place(2 + curly.index), 'These quotes are not the straight ones.', '`key="value"`');
		return result(true);
	}
	item.lastIndex = 0;
	while (item.lastIndex < inside.length) {
		const from = item.lastIndex;
		const parts = item.exec(inside);
		if (parts === null) {
			const skipped = /^\s*/.exec(inside.slice(from))?.[0].length ?? 0;
			report(place(1 + from + skipped), 'What stands here in the braces cannot be read.', expected);
			return result(true);
		}
		const at = place(1 + parts.index + (parts[0].length - parts[0].trimStart().length));
		const [, name, id, key] = parts;
		const value = parts[4] ?? parts[5] ?? parts[6] ?? '';
		if (name !== undefined && found.name === undefined) found.name = { value: name, at };
		else if (id !== undefined && found.id === undefined) found.id = { value: id, at };
		else if (key !== undefined && !values.has(key)) values.set(key, { value, at });
		else report(at, `“${parts[0].trim()}” is one too many here.`, 'one name, one id and each key once');
	}
	return result(false);
}

/** Reports what a block of this kind does not have. */
export function allowOnly(
	attributes: Attributes,
	allowed: { readonly id?: boolean; readonly keys: readonly string[] },
	report: Report
): void {
	const { name, id, values } = attributes;
	if (id !== undefined && allowed.id !== true) {
		report(id.at, `A ${name?.value ?? 'block'} has no id.`, `no \`#${id.value}\``);
	}
	for (const [key, { at }] of values) {
		if (allowed.keys.includes(key)) continue;
		const known = allowed.keys.length === 0 ? 'no keys' : `one of ${allowed.keys.join(', ')}`;
		report(at, `A ${name?.value ?? 'block'} has no key “${key}”.${didYouMean(key, allowed.keys)}`, known);
	}
}
