/** The known word that a mistyped one is most likely to be; `undefined` where none is near enough to offer. */
export function closest(word: string, known: readonly string[]): string | undefined {
	const typed = word.toLowerCase();
	// Far longer than any known word is no typing mistake, and comparing it would only cost time.
	if (typed.length > 40) return undefined;
	const allowed = Math.max(1, Math.floor(typed.length / 3));
	const near = known
		.map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
		.filter(({ distance }) => distance <= allowed)
		.sort((a, b) => a.distance - b.distance);
	return near[0]?.candidate;
}

/** `Did you mean …?` with a space before it, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
	const candidate = closest(word, known);
	return candidate === undefined ? '' : ` Did you mean “${candidate}”?`;
}

/** The same for an id that has capitals, blanks or low lines in it, as names in other programs may. */
export function didYouMeanId(word: string): string {
	const id = word
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-|-$/g, '');
	// Letters that are left out would make another name.
	return /^[\w\s-]+$/.test(word) && /^[a-z]/.test(id) && id !== word ? ` Did you mean “${id}”?` : '';
}

/** Letters to insert, drop, replace or swap with their neighbour to make `b` of `a`. */
function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= b.length; column += 1) {
			const same = a[row - 1] === b[column - 1];
			const at = (line: number[], index: number): number => line[index] ?? Infinity;
			let cost = Math.min(
				at(last, column) + 1,
				at(current, column - 1) + 1,
				at(last, column - 1) + (same ? 0 : 1)
			);
			const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			if (row > 1 && column > 1 && swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
			current.push(cost);
		}
		beforeLast = last;
		last = current;
	}
	return last[b.length] ?? Infinity;
}
