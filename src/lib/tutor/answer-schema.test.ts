import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { claimsOf, Explanation } from '$lib/domain/explanation';
import { ExplanationId } from '$lib/domain/ids';
import { answerReader } from './answer-reader';
import { answerSchema } from './answer-schema';
import { assemble, explanationOf } from './assemble';
import { jsonSchemaOf } from './json-schema';
import { sentencesOf } from './model-prose';
import { workedAnswers } from './worked-answers';

const explanationId = v.parse(ExplanationId, '6f3c2f0e-4f8a-4b57-9f0e-2d1c5a7b9e11');

const Node = v.looseObject({
	$ref: v.optional(v.string()),
	$defs: v.optional(v.record(v.string(), v.looseObject({})), {}),
	type: v.optional(v.string()),
	const: v.optional(v.unknown()),
	enum: v.optional(v.array(v.unknown())),
	anyOf: v.optional(v.array(v.looseObject({}))),
	properties: v.optional(v.record(v.string(), v.looseObject({}))),
	required: v.optional(v.array(v.string())),
	items: v.optional(v.looseObject({})),
	pattern: v.optional(v.string()),
	minItems: v.optional(v.number(), 0),
	maxItems: v.optional(v.number()),
	minLength: v.optional(v.number(), 0),
	maxLength: v.optional(v.number()),
	minimum: v.optional(v.number())
});

const definitions = v.parse(Node, answerSchema).$defs;

/** Anything that fits a schema: what a server that holds a model to it may send. */
function anyFitting(schema: unknown, key = ''): fc.Arbitrary<unknown> {
	const node = v.parse(Node, schema);
	if (node.$ref !== undefined) return anyFitting(definitions[node.$ref.replace('#/$defs/', '')]);
	if (node.const !== undefined) return fc.constant(node.const);
	if (node.anyOf !== undefined) return fc.oneof(...node.anyOf.map((each) => anyFitting(each)));
	if (node.pattern !== undefined) return fc.stringMatching(new RegExp(node.pattern));
	switch (node.type) {
		case 'string':
			// The two patterns that no grammar has.
			return key === 'name' || key === 'type'
				? fc.constantFrom('größe', 'KeyError')
				: fc.string({ minLength: node.minLength, maxLength: Math.min(20, node.maxLength ?? 0) });
		case 'integer':
			return fc.integer({ min: node.minimum ?? -5, max: 9 });
		case 'boolean':
			return fc.boolean();
		case 'array':
			return fc.array(anyFitting(node.items), {
				minLength: node.minItems,
				maxLength: Math.min(3, node.maxItems ?? 0)
			});
		default:
			return fc.record(
				Object.fromEntries(
					Object.entries(node.properties ?? {}).map(([name, inner]) => [name, anyFitting(inner, name)])
				),
				{ requiredKeys: node.required ?? [] }
			);
	}
}

function read(answer: unknown): { stored: Explanation | undefined; problems: readonly unknown[] } {
	const reader = answerReader({ lines: 9 });
	const events = reader.push(JSON.stringify(answer));
	const { end } = reader.end();
	const view = assemble([
		{ type: 'explanation-start', explanationId, python: '3' },
		...events,
		{ type: 'explanation-end' }
	]);
	return { stored: explanationOf(view), problems: end.problems };
}

describe('the schema that models are held to', () => {
	test('whatever fits it can be read without a problem', () => {
		fc.assert(
			fc.property(anyFitting(answerSchema), (answer) => {
				const { stored, problems } = read(answer);
				expect(problems).toEqual([]);
				expect(stored).toBeDefined();
			})
		);
	});

	// At 2,000 repetitions of anything llama.cpp refuses the grammar, and with it the request.
	const most = 1_999;

	test('everything in it has an end, and a near one', () => {
		const open: string[] = [];
		const walk = (value: unknown, at: string): void => {
			if (typeof value !== 'object' || value === null) return;
			const node = v.parse(v.looseObject({ type: v.optional(v.unknown()) }), value);
			if (node.type === 'string' && typeof node['maxLength'] !== 'number' && node['pattern'] === undefined)
				open.push(at);
			if (node.type === 'array' && typeof node['maxItems'] !== 'number') open.push(at);
			if (Number(node['maxLength'] ?? 0) > most || Number(node['maxItems'] ?? 0) > most) open.push(at);
			if (node.type === 'object' && node['additionalProperties'] !== false) open.push(at);
			for (const [key, inner] of Object.entries(value)) walk(inner, `${at}/${key}`);
		};
		walk(answerSchema, '');
		expect(open).toEqual([]);
		expect(JSON.stringify(answerSchema)).not.toContain('\\\\p{');
	});

	test('it writes lines before texts, and reasons before claims', () => {
		const { properties } = v.parse(Node, answerSchema);
		expect(Object.keys(properties ?? {})).toEqual(['purpose', 'steps', 'examples', 'edgeCases']);
		const step = v.parse(Node, v.parse(Node, properties?.['steps']).items);
		expect(Object.keys(step.properties ?? {})).toEqual(['from', 'to', 'text', 'claims']);
	});
});

test.each<[v.GenericSchema, object]>([
	[
		v.pipe(v.string(), v.minLength(2), v.regex(/^a/), v.brand('A')),
		{ type: 'string', maxLength: 9, minLength: 2, pattern: '^a' }
	],
	[v.pipe(v.string(), v.maxLength(5), v.maxLength(3)), { type: 'string', maxLength: 3 }],
	[v.pipe(v.pipe(v.string(), v.maxLength(2)), v.maxLength(5)), { type: 'string', maxLength: 2 }],
	[
		v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)),
		{ type: 'integer', minimum: 1, maximum: 4 }
	],
	[v.picklist(['a', 'b']), { enum: ['a', 'b'] }],
	[v.union([v.boolean(), v.string()]), { type: 'boolean' }],
	[
		v.pipe(v.array(v.literal(1)), v.minLength(1)),
		{ type: 'array', items: { const: 1 }, maxItems: 4, minItems: 1 }
	],
	[
		v.strictObject({ a: v.optional(v.boolean()), b: v.boolean() }),
		{
			type: 'object',
			properties: { a: { type: 'boolean' }, b: { type: 'boolean' } },
			required: ['b'],
			additionalProperties: false
		}
	]
])('a schema becomes its JSON Schema (%#)', (schema, expected) => {
	expect(jsonSchemaOf(schema, { chars: 9, items: 4 })).toEqual(expected);
});

test('a part that is shared is written once', () => {
	const part = v.boolean();
	const schema = v.strictObject({ a: part, b: v.array(part) });
	expect(jsonSchemaOf(schema, { chars: 9, items: 4 }, { part })).toMatchObject({
		properties: { a: { $ref: '#/$defs/part' }, b: { items: { $ref: '#/$defs/part' } } },
		$defs: { part: { type: 'boolean' } }
	});
	expect(JSON.stringify(answerSchema).match(/"raises"/g)).toHaveLength(1);
});

test('a kind of schema that is not known is a bug', () => {
	expect(() => jsonSchemaOf(v.date(), { chars: 9, items: 4 })).toThrow('date');
});

describe('the worked answers', () => {
	test.each(workedAnswers)('$code', ({ code, answer }) => {
		const { stored, problems } = read(answer);
		expect(problems).toEqual([]);
		expect(stored).toEqual(answer);
		expect(claimsOf(v.parse(Explanation, answer)).length).toBeGreaterThanOrEqual(3);
		expect(sentencesOf(v.parse(Explanation, answer), code).filter(({ unchecked }) => unchecked)).toEqual([]);
	});
});
