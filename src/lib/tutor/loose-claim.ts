import * as v from 'valibot';
import { Claim, type PyText } from '$lib/domain/claim';
import { claimIdPattern } from '$lib/domain/ids';
import type { LooseJson } from './loose-json';

export type ReadClaim =
	{ readonly ok: true; readonly claim: Claim } | { readonly ok: false; readonly why: string };

type Fields = Map<string, LooseJson>;

/**
 * A claim as a model wrote it, made into one that the schema takes. Values may come as JSON (`3.0`, `[1, "a"]`, `true`) instead
 * of Python's source, a probe's parts may lie beside it, the id may be missing or taken. What cannot be meant in one way only is
 * refused: a claim is a promise, and a guess would be ours. `taken` gets the id that the claim has then.
 */
export function claimFrom(loose: LooseJson, taken: Set<string>): ReadClaim {
	if (!(loose instanceof Map)) return { ok: false, why: 'it is no object' };
	const kind = loose.get('kind');
	const id = freeId(loose.get('id'), taken);
	const parsed = v.safeParse(Claim, {
		id,
		kind,
		probe: probeFrom(loose),
		...(kind === 'value' || kind === 'count' || kind === 'executed'
			? { line: numberFrom(loose.get('line')) }
			: {}),
		...(kind === 'value' ? { name: loose.get('name'), ...visitFrom(loose) } : {}),
		expect: expectFrom(kind, loose.get('expect'))
	});
	if (!parsed.success) return { ok: false, why: v.summarize(parsed.issues) };
	taken.add(id);
	return { ok: true, claim: parsed.output };
}

function freeId(wanted: LooseJson | undefined, taken: ReadonlySet<string>): string {
	if (typeof wanted === 'string' && claimIdPattern.test(wanted) && !taken.has(wanted)) return wanted;
	let number = 1;
	while (taken.has(`c${number}`)) number += 1;
	return `c${number}`;
}

function probeFrom(fields: Fields): object {
	const inner = fields.get('probe');
	const parts = inner instanceof Map ? inner : fields;
	const call = parts.get('call');
	return {
		...linesFrom('setup', parts),
		...(call === undefined || call === null ? {} : { call: typeof call === 'string' ? call : NaN }),
		...linesFrom('stdin', parts)
	};
}

function linesFrom(name: 'setup' | 'stdin', parts: Fields): object {
	const lines = parts.get(name);
	if (lines === undefined || lines === null) return {};
	// What a program is typed is text, also where it looks like a number.
	const text = (line: LooseJson): unknown => (isNumber(line) ? line.number : line);
	return { [name]: Array.isArray(lines) ? lines.map(text) : [text(lines)] };
}

function visitFrom(fields: Fields): object {
	const visit = fields.get('visit');
	return visit === undefined || visit === null ? {} : { visit: numberFrom(visit) };
}

function expectFrom(kind: LooseJson | undefined, expect: LooseJson | undefined): unknown {
	switch (kind) {
		case 'returns':
		case 'value':
			return expect === undefined ? undefined : pythonFrom(expect);
		case 'raises':
			return exceptionFrom(expect);
		case 'prints':
			return expect === undefined || typeof expect === 'string' ? expect : pythonFrom(expect);
		case 'count':
			return numberFrom(expect);
		default:
			return expect;
	}
}

/** Python's source for a value that came as JSON. A string is that source already. */
function pythonFrom(value: LooseJson): PyText {
	if (typeof value === 'string') return value;
	if (value instanceof Map && value.get('opaque') === true) {
		const text = value.get('text');
		if (typeof text === 'string' && value.size === 2) return { text, opaque: true };
	}
	return sourceOf(value);
}

function sourceOf(value: LooseJson): string {
	// JSON's strings are Python's, too.
	if (typeof value === 'string') return JSON.stringify(value);
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	if (value === null) return 'None';
	if (isNumber(value)) return value.number;
	if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`;
	return `{${Array.from(value, ([key, inner]) => `${JSON.stringify(key)}: ${sourceOf(inner)}`).join(', ')}}`;
}

/** `ValueError`, `ValueError: no`, or the two apart. */
function exceptionFrom(expect: LooseJson | undefined): unknown {
	if (typeof expect === 'string') {
		const [, type, message] = /^\s*([^\s:]+)(?::\s*(.*\S))?\s*$/s.exec(expect) ?? [];
		return { type, ...(message === undefined ? {} : { message }) };
	}
	if (!(expect instanceof Map)) return undefined;
	const message = expect.get('message');
	return { type: expect.get('type'), ...(message === undefined || message === null ? {} : { message }) };
}

/** A number, or a text that is one; NaN, which every schema refuses, for anything else. */
export function numberFrom(value: LooseJson | undefined): number {
	const spelt = value !== undefined && isNumber(value) ? value.number : value;
	return typeof spelt === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(spelt) ? Number(spelt) : NaN;
}

const isNumber = (value: LooseJson): value is { readonly number: string } =>
	typeof value === 'object' && value !== null && 'number' in value;
