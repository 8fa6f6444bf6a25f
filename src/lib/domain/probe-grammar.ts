import type { Probe } from './probe';
import { pythonBuiltins } from './python-builtins';
import { literalOf } from './python-literal';
import { parseExpression, parseStatement, type PyNode } from './python-syntax';
import type { PyValue } from './python-value';
import type { NotCheckableReason } from './verdict';

/** What may stand around a plain call. */
export const wrappers = [
	'list',
	'sorted',
	'tuple',
	'set',
	'dict',
	'len',
	'str',
	'repr',
	'bool',
	'next'
] as const;
export type Wrapper = (typeof wrappers)[number];

/** Python's own functions that may be handed over as an argument. */
const argumentBuiltins = new Set([
	'abs',
	'len',
	'max',
	'min',
	'sum',
	'str',
	'int',
	'float',
	'bool',
	'sorted'
]);

/** The most items that `first(n, call)` may ask for. */
const maxFirst = 1_000n;

export type ProbeArgument =
	{ readonly kind: 'literal'; readonly value: PyValue } | { readonly kind: 'name'; readonly name: string };

/** `function(…)` or `owner.function(…)`, perhaps inside one wrapper. */
export type ProbeCall = {
	readonly kind: 'call';
	readonly function: string;
	readonly owner?: string;
	readonly args: readonly ProbeArgument[];
	readonly keywords: readonly { readonly name: string; readonly value: ProbeArgument }[];
	readonly around?: { readonly name: Wrapper } | { readonly name: 'first'; readonly count: number };
};

/** `target = call`, `target = literal`, or a bare call. */
export type SetupLine = {
	readonly target?: string;
	readonly value: ProbeCall | { readonly kind: 'literal'; readonly value: PyValue };
};

type Refusal = { readonly ok: false; readonly why: NotCheckableReason; readonly detail: string };
type Parsed<Value> = { readonly ok: true; readonly value: Value } | Refusal;

export type ParsedProbe =
	{ readonly ok: true; readonly setup: readonly SetupLine[]; readonly call: ProbeCall | undefined } | Refusal;

/**
 * A probe as data, or why it cannot be carried out: `not-a-plain-call` (outside the grammar) or `unknown-name`. Only a
 * check before running: the kernel parses each probe again, with the same grammar (`runner/kernel/cases/probes.json`).
 *
 * `call` is `f(args)`, `C(args)` or `obj.method(args)`, or one of the wrappers around such a call, or `first(n, call)`.
 * An argument is a literal, a name bound in `setup`, a name of the cell, or one of a few built-ins. `names` are the names
 * that the cell offers; where they are not known (`undefined`), every name that is not Python's own may be one of them.
 */
export function parseProbe(probe: Probe, names: ReadonlySet<string> | undefined): ParsedProbe {
	if (names !== undefined) return parseWith(probe, (name) => names.has(name));
	const mayBeTheirs: Offered = (name) => !pythonBuiltins.has(name);
	const parsed = parseWith(probe, mayBeTheirs);
	// `first` is ours unless the cell has one of its own; not knowing, a probe that fits either way fits.
	return parsed.ok ? parsed : parseWith(probe, (name) => name !== 'first' && mayBeTheirs(name));
}

function parseWith(probe: Probe, isInCell: Offered): ParsedProbe {
	const bound = new Set<string>();
	const isOffered: Offered = (name) => bound.has(name) || isInCell(name);
	const setup: SetupLine[] = [];
	for (const text of probe.setup ?? []) {
		const line = parseSetupLine(strip(text), isOffered);
		if (!line.ok) return line;
		setup.push(line.value);
		if (line.value.target !== undefined) bound.add(line.value.target);
	}
	if (probe.call === undefined) return { ok: true, setup, call: undefined };
	const expression = parseExpression(strip(probe.call));
	const call =
		expression === undefined ? refuse('this is not a plain call') : parseCall(expression, isOffered);
	return call.ok ? { ok: true, setup, call: call.value } : call;
}

type Offered = (name: string) => boolean;

const refuse = (detail: string): Refusal => ({ ok: false, why: 'not-a-plain-call', detail });

/** A name of Python's own is outside the grammar; a name that nobody has is unknown. */
const missing = (name: string, detail: string): Refusal =>
	pythonBuiltins.has(name)
		? refuse(detail)
		: { ok: false, why: 'unknown-name', detail: `there is no \`${name}\`` };

/** What Python's `str.strip` takes for white space. */
const strip = (text: string): string =>
	// eslint-disable-next-line no-control-regex -- Python counts four separators among the control characters
	text.replace(/^[\s\u001c-\u001f\u0085]+|[\s\u001c-\u001f\u0085]+$/g, (space) =>
		space.includes('\uFEFF') ? space : ''
	);

function parseSetupLine(text: string, isOffered: Offered): Parsed<SetupLine> {
	const statement = parseStatement(text);
	if (statement === undefined) return refuse('a setup line is `name = call`, `name = literal` or a call');
	const { target, value } = statement;
	if (target === undefined) {
		const call = parseCall(value, isOffered);
		return call.ok ? { ok: true, value: { value: call.value } } : call;
	}
	if (target.kind !== 'name' || target.name.startsWith('__'))
		return refuse('a setup line binds one plain name');
	const literal = literalOf(value, { reprWords: false });
	if (literal !== undefined) {
		return { ok: true, value: { target: target.name, value: { kind: 'literal', value: literal } } };
	}
	const call = parseCall(value, isOffered);
	return call.ok ? { ok: true, value: { target: target.name, value: call.value } } : call;
}

function parseCall(node: PyNode, isOffered: Offered): Parsed<ProbeCall> {
	if (node.kind !== 'call') return refuse('this is not a call');
	const { callee } = node;
	// A cell that defines its own `list` or `first` means that one.
	if (callee.kind !== 'name' || isOffered(callee.name)) return parsePlainCall(node, isOffered);
	if (callee.name === 'first') return parseFirst(node, isOffered);
	const wrapper = wrappers.find((name) => name === callee.name);
	if (wrapper === undefined) return parsePlainCall(node, isOffered);
	const [inner, ...others] = node.args;
	if (inner === undefined || others.length + node.keywords.length > 0) {
		return refuse(`\`${wrapper}(…)\` goes around one call`);
	}
	return around({ name: wrapper }, parsePlainCall(inner, isOffered));
}

function parseFirst(node: Extract<PyNode, { kind: 'call' }>, isOffered: Offered): Parsed<ProbeCall> {
	const [count, inner, ...others] = node.args;
	if (count === undefined || inner === undefined || others.length + node.keywords.length > 0) {
		return refuse('`first(n, call)` takes a number and a call');
	}
	if (count.kind !== 'constant' || count.value.kind !== 'int' || count.value.value > maxFirst) {
		return refuse(`\`first\` takes a whole number up to ${maxFirst}`);
	}
	return around({ name: 'first', count: Number(count.value.value) }, parsePlainCall(inner, isOffered));
}

const around = (wrapper: NonNullable<ProbeCall['around']>, call: Parsed<ProbeCall>): Parsed<ProbeCall> =>
	call.ok ? { ok: true, value: { ...call.value, around: wrapper } } : call;

function parsePlainCall(node: PyNode, isOffered: Offered): Parsed<ProbeCall> {
	if (node.kind !== 'call') return refuse('this is not a call');
	const place = parseCallee(node.callee, isOffered);
	if (!place.ok) return place;
	const args: ProbeArgument[] = [];
	for (const argument of node.args) {
		const parsed = parseArgument(argument, isOffered);
		if (!parsed.ok) return parsed;
		args.push(parsed.value);
	}
	const keywords: { name: string; value: ProbeArgument }[] = [];
	for (const { name, value } of node.keywords) {
		const parsed = parseArgument(value, isOffered);
		if (!parsed.ok) return parsed;
		keywords.push({ name, value: parsed.value });
	}
	return { ok: true, value: { kind: 'call', ...place.value, args, keywords } };
}

function parseCallee(callee: PyNode, isOffered: Offered): Parsed<{ function: string; owner?: string }> {
	if (callee.kind === 'name') {
		if (!isOffered(callee.name))
			return missing(callee.name, `\`${callee.name}\` is not a function of the cell`);
		return { ok: true, value: { function: callee.name } };
	}
	if (callee.kind !== 'attribute' || callee.owner.kind !== 'name') {
		return refuse('only `f(…)` and `obj.method(…)` are plain calls');
	}
	if (callee.name.startsWith('_')) return refuse('names that start with an underscore are private');
	const owner = callee.owner.name;
	if (!isOffered(owner)) return missing(owner, `\`${owner}\` is not an object of the cell`);
	return { ok: true, value: { function: callee.name, owner } };
}

function parseArgument(node: PyNode, isOffered: Offered): Parsed<ProbeArgument> {
	if (node.kind === 'name') {
		if (isOffered(node.name) || argumentBuiltins.has(node.name)) {
			return { ok: true, value: { kind: 'name', name: node.name } };
		}
		return missing(node.name, `\`${node.name}\` may not be an argument`);
	}
	const value = literalOf(node, { reprWords: false });
	if (value === undefined) return refuse('an argument is a literal or a known name');
	return { ok: true, value: { kind: 'literal', value } };
}
