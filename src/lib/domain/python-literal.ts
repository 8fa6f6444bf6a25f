import { parseExpression, type PyNode } from './python-syntax';
import { equalPython, hashKeyOf, type PyValue } from './python-value';

/**
 * The value that a literal's source stands for; `undefined` for anything else. Takes what `ast.literal_eval` takes and the
 * words `nan` and `inf`, because `repr` writes floats so. `\N{…}` is not read: there is no table of Unicode's names here.
 */
export function parsePythonLiteral(text: string): PyValue | undefined {
	const node = parseExpression(text.replace(/^[ \t]+|[ \t]+$/g, ''));
	return node === undefined ? undefined : literalOf(node, { reprWords: true });
}

/** Whether two literals stand for equal values; `undefined` where either is none. */
export function equalPythonTexts(a: string, b: string): boolean | undefined {
	const left = parsePythonLiteral(a);
	const right = parsePythonLiteral(b);
	return left === undefined || right === undefined ? undefined : equalPython(left, right);
}

type LiteralOptions = { readonly reprWords: boolean };

/** The value of a literal's tree; `undefined` where it is none. `reprWords` adds `nan` and `inf`. */
export function literalOf(node: PyNode, options: LiteralOptions): PyValue | undefined {
	switch (node.kind) {
		case 'constant':
			return node.value;
		case 'tuple':
		case 'list': {
			const items = allLiterals(node.items, options);
			return items === undefined ? undefined : { kind: node.kind, items };
		}
		case 'set':
			return setOf(node.items, options);
		case 'dict':
			return dictOf(node.entries, options);
		case 'call':
			return isEmptySet(node) ? { kind: 'set', items: [] } : undefined;
		case 'sum':
			return complexOf(node, options);
		case 'sign':
		case 'name':
			return signedNumber(node, options);
		case 'attribute':
			return undefined;
	}
}

function allLiterals(nodes: readonly PyNode[], options: LiteralOptions): PyValue[] | undefined {
	const values: PyValue[] = [];
	for (const node of nodes) {
		const value = literalOf(node, options);
		if (value === undefined) return undefined;
		values.push(value);
	}
	return values;
}

/** Of items that are equal in Python the first one stays; NaN is equal to nothing there. */
function setOf(nodes: readonly PyNode[], options: LiteralOptions): PyValue | undefined {
	const values = allLiterals(nodes, options);
	if (values === undefined) return undefined;
	const items = new Map<string, PyValue>();
	for (const [index, value] of values.entries()) {
		const key = keyOf(value, index);
		if (key === undefined) return undefined;
		if (!items.has(key)) items.set(key, value);
	}
	return { kind: 'set', items: [...items.values()] };
}

/** Of keys that are equal in Python the first one stays, with the last value. */
function dictOf(nodes: readonly (readonly [PyNode, PyNode])[], options: LiteralOptions): PyValue | undefined {
	const entries = new Map<string, readonly [PyValue, PyValue]>();
	for (const [index, [keyNode, valueNode]] of nodes.entries()) {
		const key = literalOf(keyNode, options);
		const value = literalOf(valueNode, options);
		if (key === undefined || value === undefined) return undefined;
		const name = keyOf(key, index);
		if (name === undefined) return undefined;
		entries.set(name, [entries.get(name)?.[0] ?? key, value]);
	}
	return { kind: 'dict', entries: [...entries.values()] };
}

function keyOf(value: PyValue, index: number): string | undefined {
	const key = hashKeyOf(value);
	return key?.includes('float(NaN)') ? `${key} at ${index}` : key;
}

/** An empty set has no other literal. */
const isEmptySet = (node: Extract<PyNode, { kind: 'call' }>): boolean =>
	node.callee.kind === 'name' && node.callee.name === 'set' && node.args.length + node.keywords.length === 0;

/** `1+2j`: the one sum that is a literal. */
function complexOf(node: Extract<PyNode, { kind: 'sum' }>, options: LiteralOptions): PyValue | undefined {
	const left = signedNumber(node.left, options);
	const right = plainNumber(node.right, options);
	if (left === undefined || left.kind === 'complex' || right?.kind !== 'complex') return undefined;
	const real = Number(left.value);
	// Python cannot turn so large a whole number into a float.
	if (left.kind === 'int' && !Number.isFinite(real)) return undefined;
	return { kind: 'complex', real, imaginary: node.sign === '+' ? right.imaginary : -right.imaginary };
}

type PyNumber = Extract<PyValue, { kind: 'int' | 'float' | 'complex' }>;

function signedNumber(node: PyNode, options: LiteralOptions): PyNumber | undefined {
	if (node.kind !== 'sign') return plainNumber(node, options);
	const number = plainNumber(node.operand, options);
	if (number === undefined || node.sign === '+') return number;
	switch (number.kind) {
		case 'int':
			return { kind: 'int', value: -number.value };
		case 'float':
			return { kind: 'float', value: -number.value };
		case 'complex':
			return { kind: 'complex', real: -number.real, imaginary: -number.imaginary };
	}
}

function plainNumber(node: PyNode, { reprWords }: LiteralOptions): PyNumber | undefined {
	if (reprWords && node.kind === 'name') {
		if (node.name === 'nan') return { kind: 'float', value: NaN };
		return node.name === 'inf' ? { kind: 'float', value: Infinity } : undefined;
	}
	if (node.kind !== 'constant') return undefined;
	const { value } = node;
	return value.kind === 'int' || value.kind === 'float' || value.kind === 'complex' ? value : undefined;
}
