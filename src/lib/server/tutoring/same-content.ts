/**
 * Whether two values are the same as JSON, whatever the order of their keys: Postgres orders them its own way, and `-0`
 * comes back as `0`.
 */
export function sameContent(a: unknown, b: unknown): boolean {
	return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		inner instanceof Object && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
			: inner
	);
}
