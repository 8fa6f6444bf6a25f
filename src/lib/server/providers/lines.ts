import { ProviderFault } from './failure';

/** No line of a model server is nearly as long; one that never ends must not fill our memory. */
const maxLineBytes = 1_000_000;
const newline = 0x0a;

/** `ended`: a line end stood behind it. The last line of a connection that was cut has none. */
export type Line = { readonly text: string; readonly ended: boolean };

/**
 * The lines of a body, however its bytes were cut on the way: inside of a line, inside of a character, between CR and LF.
 * Empty lines are kept. A line that is no UTF-8 is `malformed`; what is left at the end may be half a character.
 */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Line> {
	const strict = new TextDecoder('utf-8', { fatal: true });
	const rest: Uint8Array[] = [];
	let restBytes = 0;
	for await (const bytes of body) {
		let from = 0;
		// Bytes, not characters, are searched: one that is no text must not take the lines before it along.
		for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
			rest.push(bytes.subarray(from, end));
			yield { text: decoded(strict, Buffer.concat(rest)).replace(/\r$/, ''), ended: true };
			rest.length = 0;
			restBytes = 0;
			from = end + 1;
		}
		if (from === bytes.byteLength) continue;
		rest.push(bytes.subarray(from));
		restBytes += bytes.byteLength - from;
		if (restBytes > maxLineBytes) throw new ProviderFault('malformed', 'A line of the answer has no end.');
	}
	if (rest.length > 0) yield { text: new TextDecoder().decode(Buffer.concat(rest)), ended: false };
}

function decoded(decoder: TextDecoder, bytes: Uint8Array): string {
	try {
		return decoder.decode(bytes);
	} catch {
		throw new ProviderFault('malformed', 'The answer is not UTF-8.');
	}
}
