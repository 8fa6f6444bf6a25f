/**
 * The runner's document: an opaque origin (`sandbox`) without network (`connect-src 'none'`), so that what a learner runs has
 * nobody to be and nowhere to go. `worker-src data:` and `script-src blob:` are what starting its worker takes.
 */
export const framePolicy = [
	'sandbox allow-scripts',
	"default-src 'none'",
	"script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
	'worker-src data:',
	"connect-src 'none'"
].join('; ');

/** The document around the frame's script. */
export function frameDocument(script: string): string {
	// A closing tag inside the script would end it early.
	const inside = script.replaceAll('</script', '<\\/script');
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Python</title></head><body><script>${inside}</script></body></html>`;
}
