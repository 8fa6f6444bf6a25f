/**
 * A value that a Python literal can say. Text is kept as code points, since Python tells an emoji from the two lone
 * surrogates that would spell it in UTF-16; whole numbers have no upper bound.
 */
export type PyValue = PyAtom | PyContainer;

export type PyAtom =
	| { readonly kind: 'none' }
	| { readonly kind: 'ellipsis' }
	| { readonly kind: 'bool'; readonly value: boolean }
	| { readonly kind: 'int'; readonly value: bigint }
	| { readonly kind: 'float'; readonly value: number }
	| { readonly kind: 'complex'; readonly real: number; readonly imaginary: number }
	| { readonly kind: 'str'; readonly points: readonly number[] }
	| { readonly kind: 'bytes'; readonly bytes: readonly number[] };

export type PyContainer =
	| { readonly kind: 'tuple' | 'list' | 'set'; readonly items: readonly PyValue[] }
	| { readonly kind: 'dict'; readonly entries: readonly (readonly [PyValue, PyValue])[] };

/**
 * Equality by value, as claims are judged by it: types agree (`True` is not `1`, `1` is not `1.0`), floats to 1e-9
 * relative, NaN equals NaN, sets and dictionaries in any order. The kernel's `values.equal` is the same in Python; both
 * are held to `runner/kernel/cases/equality.json`.
 */
export function equalPython(a: PyValue, b: PyValue): boolean {
	switch (a.kind) {
		case 'none':
		case 'ellipsis':
			return a.kind === b.kind;
		case 'bool':
			return b.kind === 'bool' && a.value === b.value;
		case 'int':
			return b.kind === 'int' && a.value === b.value;
		case 'float':
			return b.kind === 'float' && isClose(a.value, b.value);
		case 'complex':
			return b.kind === 'complex' && isClose(a.real, b.real) && isClose(a.imaginary, b.imaginary);
		case 'str':
			return b.kind === 'str' && haveEqual(a.points, b.points, Object.is);
		case 'bytes':
			return b.kind === 'bytes' && haveEqual(a.bytes, b.bytes, Object.is);
		case 'tuple':
		case 'list':
			return b.kind === a.kind && haveEqual(a.items, b.items, equalPython);
		case 'set':
			return b.kind === 'set' && haveEqualUnordered(a.items, b.items, equalPython);
		case 'dict':
			return b.kind === 'dict' && haveEqualUnordered(a.entries, b.entries, equalEntries);
	}
}

type Entry = readonly [PyValue, PyValue];

const equalEntries = ([key, value]: Entry, [otherKey, otherValue]: Entry): boolean =>
	equalPython(key, otherKey) && equalPython(value, otherValue);

function isClose(a: number, b: number): boolean {
	if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
	// Infinity is 1e-9 relative of anything.
	if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
	return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function haveEqual<Item>(
	a: readonly Item[],
	b: readonly Item[],
	same: (a: Item, b: Item) => boolean
): boolean {
	if (a.length !== b.length) return false;
	return a.every((item, index) => {
		const other = b[index];
		return other !== undefined && same(item, other);
	});
}

function haveEqualUnordered<Item>(
	a: readonly Item[],
	b: readonly Item[],
	same: (a: Item, b: Item) => boolean
): boolean {
	if (a.length !== b.length) return false;
	const rest = [...b];
	for (const item of a) {
		const index = rest.findIndex((other) => same(item, other));
		if (index < 0) return false;
		rest.splice(index, 1);
	}
	return true;
}

/**
 * A text that two values share exactly when Python's `==` holds between them, so `1`, `1.0` and `True` share one: which
 * items of a set are the same, and which entry of a dictionary is replaced. `undefined` where Python cannot hash the value.
 */
export function hashKeyOf(value: PyValue): string | undefined {
	switch (value.kind) {
		case 'none':
		case 'ellipsis':
			return value.kind;
		case 'bool':
			return value.value ? '1' : '0';
		case 'int':
			return String(value.value);
		case 'float':
			return numberKey(value.value);
		case 'complex':
			return value.imaginary === 0
				? numberKey(value.real)
				: `complex(${numberKey(value.real)},${numberKey(value.imaginary)})`;
		case 'str':
			return `str(${value.points.join()})`;
		case 'bytes':
			return `bytes(${value.bytes.join()})`;
		case 'tuple': {
			const keys = value.items.map(hashKeyOf);
			return keys.includes(undefined) ? undefined : `tuple(${keys.join()})`;
		}
		case 'list':
		case 'set':
		case 'dict':
			return undefined;
	}
}

const numberKey = (value: number): string =>
	Number.isInteger(value) ? String(BigInt(value)) : `float(${value})`;
