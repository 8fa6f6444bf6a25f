/** Hands out the ids of one lesson's headings: the words of the text, and a number where they were used before. */
export function headingIds(): (text: string) => string {
	const used = new Set<string>();
	const next = new Map<string, number>();
	return (text) => {
		const words = slugOf(text);
		let number = next.get(words) ?? 1;
		let id = number === 1 ? words : `${words}-${number}`;
		while (used.has(id)) {
			number += 1;
			id = `${words}-${number}`;
		}
		next.set(words, number + 1);
		used.add(id);
		return id;
	};
}

/** Letters and digits of any script, in lower case, joined by hyphens. */
function slugOf(text: string): string {
	const words = text
		.toLowerCase()
		.normalize('NFC')
		.match(/[\p{L}\p{M}\p{N}]+/gu);
	return words === null ? 'section' : words.join('-').slice(0, 80);
}
