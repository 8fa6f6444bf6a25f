import type * as v from 'valibot';

/** A JSON Schema, ready to be sent. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * The JSON Schema of one of our own schemas, for servers that make a model's answer fit. Made by hand, because those servers turn it
 * into a grammar: each text and list has a limit (`most` where the schema allows more, or any length), else a model may go on for
 * ever; a pattern with classes of Unicode is left out; a value of Python is its source, never a `repr`. So, such patterns aside,
 * what fits the result fits the schema, but not the other way round. `shared` parts are
 * written once and referred to: a grammar grows with each copy. Throws for a kind of schema that it does not know: that is a bug
 * of ours.
 */
export function jsonSchemaOf(
	schema: v.GenericSchema,
	most: { readonly chars: number; readonly items: number },
	shared: Readonly<Record<string, v.GenericSchema>> = {}
): JsonSchema {
	const definitions = Object.entries(shared).map(([name, part]) => [name, inPlace(part)] as const);
	return {
		...convert(schema),
		...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) })
	};

	function convert(node: object): JsonSchema {
		const name = Object.keys(shared).find((each) => shared[each] === node);
		return name === undefined ? inPlace(node) : { $ref: `#/$defs/${name}` };
	}

	function inPlace(node: object): JsonSchema {
		const pipe = list(node, 'pipe');
		const [inner, ...actions] = pipe;
		if (inner !== undefined && inner !== node) {
			return actions.reduce<JsonSchema>((found, action) => restricted(found, action), convert(inner));
		}
		const type = field(node, 'type');
		switch (type) {
			case 'string':
				return { type: 'string', maxLength: most.chars };
			case 'number':
				return { type: 'number' };
			case 'boolean':
				return { type: 'boolean' };
			case 'literal':
				return { const: field(node, 'literal') };
			case 'picklist':
				return { enum: field(node, 'options') };
			case 'array':
				return { type: 'array', items: convert(child(node, 'item')), maxItems: most.items };
			case 'strict_object':
				return object(child(node, 'entries'));
			case 'variant':
				return { anyOf: list(node, 'options').map(convert) };
			case 'union': {
				// The first way to write it is the plain one.
				const [first] = list(node, 'options');
				if (first === undefined) break;
				return convert(first);
			}
		}
		throw new Error(`There is no JSON Schema for a ${String(type)}.`);
	}

	function object(entries: object): JsonSchema {
		const members = Object.keys(entries).map((key) => {
			const entry = child(entries, key);
			const isOptional = field(entry, 'type') === 'optional';
			return { key, isOptional, schema: convert(isOptional ? child(entry, 'wrapped') : entry) };
		});
		return {
			type: 'object',
			properties: Object.fromEntries(members.map(({ key, schema: each }) => [key, each])),
			required: members.filter(({ isOptional }) => !isOptional).map(({ key }) => key),
			additionalProperties: false
		};
	}

	function restricted(found: JsonSchema, action: object): JsonSchema {
		const requirement = field(action, 'requirement');
		const isArray = found['type'] === 'array';
		switch (field(action, 'type')) {
			case 'max_length': {
				const name = isArray ? 'maxItems' : 'maxLength';
				return { ...found, [name]: Math.min(Number(found[name]), Number(requirement)) };
			}
			case 'min_length':
				return { ...found, [isArray ? 'minItems' : 'minLength']: requirement };
			case 'min_value':
				return { ...found, minimum: requirement };
			case 'max_value':
				return { ...found, maximum: requirement };
			case 'integer':
				return { ...found, type: 'integer' };
			case 'regex':
				return requirement instanceof RegExp && !requirement.unicode
					? { ...found, pattern: requirement.source }
					: found;
			default:
				// A brand, or a check that no grammar can make: the answer is parsed by our own schema when it is here.
				return found;
		}
	}
}

function field(node: object, name: string): unknown {
	const value: unknown = Reflect.get(node, name);
	return value;
}

function child(node: object, name: string): object {
	const value = field(node, name);
	if (typeof value !== 'object' || value === null) throw new Error(`There is no ${name}.`);
	return value;
}

function list(node: object, name: string): object[] {
	const value = field(node, name);
	return Array.isArray(value) ? value.filter((each): each is object => typeof each === 'object') : [];
}
