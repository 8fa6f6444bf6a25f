import * as v from 'valibot';
import { PyText } from './claim';
import { NotCheckableReason } from './verdict';

/**
 * What is known about a cell before anyone explains it: its syntax tree, and one run of it. Gathered on the bench by the
 * kernel (`runner/kernel/procoder/facts`). Lines count from 1; `scope` is the dotted name of the function or class that
 * something stands in, '' at the top of the cell.
 */
const line = v.pipe(v.number(), v.integer(), v.minValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(20_000));
const many = <TItem extends v.GenericSchema>(item: TItem) => v.pipe(v.array(item), v.maxLength(300));
const spot = v.strictObject({ line, scope: text, text });
const perLine = v.strictObject({ line, count });

export const FunctionFact = v.strictObject({
	name: text,
	scope: text,
	line,
	endLine: line,
	parameters: v.array(
		v.strictObject({
			name: text,
			kind: v.picklist(['plain', 'star', 'keyword', 'double-star']),
			default: v.optional(text),
			annotation: v.optional(text)
		})
	),
	returns: v.optional(text),
	generator: v.boolean(),
	async: v.boolean(),
	recursive: v.boolean(),
	/** Parameters whose object the function changes in place. */
	mutates: v.array(text),
	documented: v.boolean()
});
export type FunctionFact = v.InferOutput<typeof FunctionFact>;

/** The part that a name plays. */
export const NameRole = v.picklist([
	'parameter',
	'accumulator',
	'counter',
	'loop variable',
	'flag',
	'constant',
	'result',
	'variable'
]);
export type NameRole = v.InferOutput<typeof NameRole>;

export const StaticFacts = v.strictObject({
	functions: many(FunctionFact),
	classes: many(
		v.strictObject({
			name: text,
			line,
			endLine: line,
			bases: v.array(text),
			methods: v.array(text),
			fields: v.array(text)
		})
	),
	names: many(v.strictObject({ name: text, scope: text, line, roles: v.array(NameRole) })),
	loops: many(
		v.strictObject({
			kind: v.picklist(['for', 'while', 'comprehension']),
			line,
			endLine: line,
			scope: text,
			/** What it goes through, or its condition, as source. */
			over: text
		})
	),
	branches: many(v.strictObject({ line, endLine: line, scope: text, condition: text, hasElse: v.boolean() })),
	/** `text` is what is given back, as source; '' for a bare `return`. */
	returns: many(spot),
	/** `text` is the exception's type, as source; '' for a bare `raise`. */
	raises: many(spot),
	/** `text` is what is called, as source. */
	calls: many(spot),
	imports: many(v.strictObject({ module: text, line })),
	prints: v.boolean(),
	readsInput: v.boolean()
});
export type StaticFacts = v.InferOutput<typeof StaticFacts>;

export const RunFacts = v.strictObject({
	/** The probe's call; absent when the cell ran as a script. */
	call: v.optional(text),
	status: v.picklist(['ok', 'raised', 'timed-out', 'refused']),
	/** How often each line that ran at all was reached. */
	visits: v.array(perLine),
	/** Passes through the body of the loop or comprehension that starts on the line. */
	passes: v.array(perLine),
	/** How often what the `if` on the line guards was taken. */
	taken: v.array(perLine),
	/** What a name held after each run of a line, as `repr`, the first 20; `more` when there were more. */
	values: v.pipe(
		v.array(v.strictObject({ line, name: text, values: v.array(text), more: v.boolean() })),
		v.maxLength(200)
	),
	returned: v.optional(PyText),
	raised: v.optional(v.strictObject({ type: text, message: text, line: v.optional(line) })),
	refused: v.optional(v.strictObject({ why: NotCheckableReason, detail: text })),
	stdout: text,
	/** Line events that the run took. */
	steps: count
});
export type RunFacts = v.InferOutput<typeof RunFacts>;

export const Facts = v.union([
	v.strictObject({ static: StaticFacts, run: RunFacts }),
	/** Python cannot read the cell, so there is nothing else to say about it. */
	v.strictObject({ syntaxError: v.strictObject({ message: text, line: v.optional(line) }) })
]);
export type Facts = v.InferOutput<typeof Facts>;
