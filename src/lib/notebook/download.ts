/** Hands a text over as a file. */
export function download(name: string, type: string, text: string): void {
	const address = URL.createObjectURL(new Blob([text], { type }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	// The browser has begun to read it by then; kept for ever, it would fill the memory.
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
