/** Puts text into the clipboard, and says for a moment what became of it. Each button has one of its own. */
export class Copier {
	told = $state<'copied' | 'refused'>();
	#timer: ReturnType<typeof setTimeout> | undefined;

	async copy(text: string): Promise<void> {
		this.told = (await written(text)) ? 'copied' : 'refused';
		clearTimeout(this.#timer);
		// What went wrong takes longer to read.
		this.#timer = setTimeout(() => (this.told = undefined), this.told === 'copied' ? 2_500 : 8_000);
	}
}

/** Whether the clipboard took the text. */
export async function written(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		// Refused, or not there: a page that is neither on localhost nor on https has no clipboard.
		return false;
	}
}
